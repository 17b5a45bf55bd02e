"""The command line ``shouhu``: one file a family of commands."""

from __future__ import annotations

import importlib

import click

#: Command → the module that has it; imported when it is called, so that each starts quickly.
COMMANDS = {
    "run": ("engine.cli.run", "run"),
    "init": ("engine.cli.serve", "init"),
    "serve": ("engine.cli.serve", "serve"),
    "worker": ("engine.cli.serve", "worker"),
    "clock": ("engine.cli.serve", "clock"),
    "demo": ("engine.cli.serve", "demo"),
    "doctor": ("engine.cli.serve", "doctor"),
    "person": ("engine.cli.person", "person"),
    "audit": ("engine.cli.audit", "audit"),
    "model": ("engine.cli.model", "model"),
    "feel": ("engine.cli.feel", "feel"),
    "dmn": ("engine.cli.feel", "dmn"),
    "scenario": ("engine.cli.scenario", "scenario"),
    "calendar": ("engine.cli.calendar", "calendar"),
    "bench": ("engine.cli.bench", "bench"),
}


class Commands(click.Group):
    """The commands by name, imported when they are asked for."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, attribute = COMMANDS[cmd_name]
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option("0.1.0", prog_name="shouhu")
def main() -> None:
    """Shouhu (守护): child-protection procedures, run as BPMN models."""
