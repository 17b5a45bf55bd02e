"""Reads XML that strangers wrote: no DOCTYPE, no entities, no network, bounded size."""

from __future__ import annotations

from typing import Any

from lxml import etree

from engine.bpmn.findings import Finding, ModelError
from engine.bpmn.xmlguard import guard

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
SPIFF = "http://spiffworkflow.org/bpmn/schema/1.0/core"
DI = "http://www.omg.org/spec/BPMN/20100524/DI"


def read_xml(xml: bytes, *, file: str) -> etree._Element:
    """Return the root element.

    Raises:
        ModelError: it is too large, not well formed, or holds what no model holds (``xmlguard``).
    """
    refused = guard(xml, file=file)
    if refused is not None:
        raise ModelError([refused])
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_pis=True,
        remove_comments=True,
    )
    try:
        return etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as error:
        message = "不是完整的XML：写法有误，或命名空间的地址有误"
        raise ModelError([Finding(rule="xml", message=message, file=file, line=error.lineno or 0)]) from error


def local(element: etree._Element) -> tuple[str, str]:
    """Return namespace and local name of an element."""
    name = etree.QName(element)
    return name.namespace or "", name.localname


def bpmn_children(element: etree._Element, *tags: str) -> list[etree._Element]:
    """Return the BPMN children with one of these tags; all of them without tags."""
    found = []
    for child in element:
        namespace, tag = local(child)
        if namespace == BPMN and (not tags or tag in tags):
            found.append(child)
    return found


def line_of(element: etree._Element) -> int:
    """Return the line an element starts at."""
    line: Any = element.sourceline
    return int(line or 0)
