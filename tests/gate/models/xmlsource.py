"""XML level: what a file may do before anybody looks at what it draws."""

from __future__ import annotations

import gzip
import io
import zipfile

from tests.gate.case import Case, alone
from tests.gate.draw import HEAD, LINE, diagram, end, flow, start, task

SOUND = diagram(*LINE)
HEADLINE, REST = SOUND.split(b"\n", 1)
HTTP = "http://127.0.0.1:@PORT@/x"


def file_level(
    name: str, fault: str, wrong: bytes, *, rule: str | tuple[str, ...], right: bytes = SOUND, near: str | None = None
) -> Case:
    return alone(name, fault, at=("", "definitions", "P90", "a19989"), rule=rule, wrong=wrong, right=right, near=near)


def doctype(text: str, *, body: bytes = REST) -> bytes:
    """A sound file with a DOCTYPE."""
    return HEADLINE + f"\n<!DOCTYPE {text}>\n".encode() + body


def entity(declared: str) -> bytes:
    """A file with entities that its process's name uses."""
    return doctype(f"d [{declared}]", body=REST.replace("试验过程".encode(), b"&x;"))


def zipped() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("model.bpmn"), b" " * 5_000_000)
    return held.getvalue()


LAUGHS = '<!ENTITY l0 "ha">' + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 11))
DOCTYPES = (
    file_level(
        "external-entity-file", "外部实体读文件", entity('<!ENTITY x SYSTEM "file://@SECRET@">'), rule="doctype"
    ),
    file_level("external-entity-http", "外部实体访问网络", entity(f'<!ENTITY x SYSTEM "{HTTP}">'), rule="doctype"),
    file_level(
        "external-entity-ftp",
        "外部实体访问FTP",
        entity('<!ENTITY x SYSTEM "ftp://127.0.0.1:@PORT@/x">'),
        rule="doctype",
    ),
    file_level(
        "external-entity-php",
        "外部实体用PHP过滤器读文件",
        entity('<!ENTITY x SYSTEM "php://filter/read=convert.base64-encode/resource=@SECRET@">'),
        rule="doctype",
    ),
    file_level(
        "parameter-entity",
        "参数实体引来外部定义",
        doctype(f'd [<!ENTITY % p SYSTEM "{HTTP}.dtd"> %p;]'),
        rule="doctype",
    ),
    file_level("billion-laughs", "实体成倍展开", entity(f'{LAUGHS}<!ENTITY x "&l10;">'), rule="doctype"),
    file_level(
        "quadratic-blow-up",
        "一个长实体重复多次",
        doctype(f'd [<!ENTITY x "{"长" * 50_000}">]', body=REST.replace("试验过程".encode(), b"&x;" * 20_000)),
        rule="doctype",
    ),
    file_level(
        "internal-entity-in-condition",
        "内部实体藏在条件里",
        doctype('d [<!ENTITY x "1 = 1">]', body=REST.replace(b"</bpmn:process>", b"<!-- &x; --></bpmn:process>")),
        rule="doctype",
    ),
    file_level("external-dtd", "引用外部DTD", doctype(f'd SYSTEM "{HTTP}.dtd"'), rule="doctype"),
    file_level("public-dtd", "网页的DOCTYPE", doctype('html PUBLIC "-//W3C//DTD XHTML 1.0//EN" ""'), rule="doctype"),
    file_level("bare-doctype", "空的DOCTYPE", doctype("definitions"), rule="doctype"),
    file_level(
        "default-attribute",
        "DTD给元素添上默认属性",
        doctype('d [<!ATTLIST bpmn:userTask implementation CDATA "##unspecified">]'),
        rule="doctype",
    ),
    file_level(
        "undeclared-entity",
        "没有声明的实体",
        SOUND.replace("试验过程".encode(), "试验&nbsp;过程".encode()),
        rule="doctype",
        near="&nbsp;",
    ),
)

XINCLUDE = 'xmlns:xi="http://www.w3.org/2001/XInclude"'
INSIDE = (
    alone(
        "xinclude-file",
        "XInclude读文件",
        at=("", "P90"),
        rule="xinclude",
        wrong=diagram('<xi:include href="file://@SECRET@" parse="text"/>', *LINE, head=f"{HEAD} {XINCLUDE}"),
        right=diagram(*LINE, head=f"{HEAD} {XINCLUDE}"),
        near="<xi:include",
    ),
    alone(
        "xinclude-http",
        "XInclude访问网络",
        at=("", "visit"),
        rule="xinclude",
        wrong=diagram(
            *(start(), task("visit", f'<xi:include href="{HTTP}"/>'), end(), flow("start", "visit", "end")),
            head=f"{HEAD} {XINCLUDE}",
        ),
        right=diagram(*LINE, head=f"{HEAD} {XINCLUDE}"),
        near="<xi:include",
    ),
    file_level(
        "stylesheet",
        "处理指令引来样式表",
        HEADLINE + f'\n<?xml-stylesheet type="text/xsl" href="{HTTP}.xsl"?>\n'.encode() + REST,
        rule="instruction",
        near="<?xml-stylesheet",
    ),
    file_level(
        "php-instruction",
        "处理指令里有程序",
        SOUND.replace(b"</bpmn:process>", b"<?php system('touch @CANARY@'); ?>\n</bpmn:process>"),
        rule="instruction",
        near="<?php",
    ),
    file_level(
        "import-from-network",
        "import引来别处的定义",
        diagram(*LINE, outside=f'<bpmn:import location="{HTTP}.xsd" namespace="urn:x" importType="urn:x"/>'),
        rule="imports",
        near="<bpmn:import",
    ),
    file_level(
        "two-processing-roots",
        "文件有两个根",
        SOUND + b"\n<bpmn:definitions/>",
        rule="xml",
    ),
    file_level("truncated", "文件不完整", SOUND[: len(SOUND) * 2 // 3], rule="xml"),
    file_level(
        "same-attribute-twice",
        "属性写了两次",
        SOUND.replace(b'isExecutable="true"', b'isExecutable="true" isExecutable="false"'),
        rule="xml",
        near="isExecutable",
    ),
    file_level(
        "undeclared-prefix",
        "没有声明的前缀",
        SOUND.replace(b"<bpmn:endEvent", b"<b:endEvent"),
        rule="xml",
        near="<b:end",
    ),
    file_level(
        "nested-cdata",
        "CDATA套CDATA",
        SOUND.replace(b"</bpmn:process>", b"<![CDATA[ <![CDATA[ x ]]> ]]>\n</bpmn:process>"),
        rule="xml",
    ),
    file_level("other-namespace", "BPMN 1.x 的命名空间", SOUND.replace(b"20100524", b"20080501"), rule="process"),
    file_level(
        "namespace-with-blank",
        "命名空间后面多一个空格",
        SOUND.replace(b'20100524/MODEL"', b'20100524/MODEL "', 1),
        rule=("process", "xml"),
    ),
    file_level("web-page", "文件是网页", b"<html><body>P90</body></html>", rule="process"),
    file_level("empty", "空文件", b"", rule="xml"),
    file_level(
        "unknown-plain-attribute",
        "BPMN没有的属性",
        SOUND.replace(b"isExecutable", b'run="x" isExecutable'),
        rule="schema",
    ),
)

ENCODINGS = (
    file_level(
        "utf-7",
        "UTF-7编码",
        b'<?xml version="1.0" encoding="UTF-7"?>\n+ADw-bpmn:definitions+AD4-',
        rule="encoding",
    ),
    file_level(
        "utf-16",
        "UTF-16编码",
        SOUND.decode().replace("UTF-8", "UTF-16").encode("utf-16"),
        rule="encoding",
    ),
    file_level("utf-32", "UTF-32编码", SOUND.decode().replace("UTF-8", "UTF-32").encode("utf-32"), rule="encoding"),
    file_level(
        "mixed-mark",
        "UTF-8的标记，UTF-16的声明",
        b"\xef\xbb\xbf" + SOUND.replace(b"UTF-8", b"UTF-16"),
        right=b"\xef\xbb\xbf" + SOUND,
        rule="encoding",
    ),
    file_level("nul", "文件里有空字符", SOUND.replace("试验".encode(), b"P\x00"), rule="encoding"),
    file_level("invalid-utf-8", "不是UTF-8的字节", SOUND.replace("试验".encode(), b"\xff\xfe"), rule="encoding"),
    file_level("overlong-utf-8", "过长的UTF-8编码", SOUND.replace("试验".encode(), b"\xc0\xaf"), rule="encoding"),
    file_level("gbk-undeclared", "GBK编码，声明为UTF-8", SOUND.decode().encode("gbk"), rule="encoding"),
    file_level("gzip", "压缩过的文件", gzip.compress(b" " * 20_000_000, mtime=0), rule=("encoding", "xml")),
    file_level("zip", "压缩包", zipped(), rule=("encoding", "size")),
)

DEEP = b"<bpmn:group>" * 10_000 + b"</bpmn:group>" * 10_000
NOTES = "\n".join(f'<bpmn:textAnnotation id="a{number}"/>' for number in range(45_000))
SIZES = (
    file_level("fifty-megabytes", "50兆的文件", SOUND + b" " * 50_000_000, rule="size"),
    file_level(
        "ten-thousand-deep",
        "嵌套一万层",
        SOUND.replace(b"</bpmn:process>", DEEP + b"</bpmn:process>"),
        rule="size",
    ),
    file_level(
        "a-hundred-thousand-attributes",
        "十万个属性",
        SOUND.replace(b"<bpmn:process ", b"<bpmn:process " + b" ".join(b'x%d=""' % n for n in range(100_000)) + b" "),
        rule="size",
    ),
    file_level(
        "a-million-attributes",
        "百万个属性",
        b"<d " + b" ".join(b'x%d=""' % n for n in range(1_000_000)) + b"/>",
        rule="size",
    ),
    file_level("too-many-elements", "元素太多", diagram(*LINE, NOTES), rule="size"),
    file_level("long-text", "三兆的文字", SOUND.replace("试验".encode(), "长".encode() * 1_000_000), rule="size"),
)

CASES = DOCTYPES + INSIDE + ENCODINGS + SIZES
