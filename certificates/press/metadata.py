"""What a PDF says about itself: the Info dictionary, and the same in XMP with its two standards.

WeasyPrint can declare PDF/A or PDF/UA. A certificate is both: PDF/A-3a (ISO 19005-3) and PDF/UA-1
(ISO 14289-1), whose identifier PDF/A wants described in an extension schema.
"""

from datetime import datetime
from functools import cache
from xml.sax.saxutils import escape

import pydyf
import weasyprint
from PIL import ImageCms

from certificates.press.pages import DesignError, Page

PRODUCER = f"WeasyPrint {weasyprint.__version__}"
INFO = {
    "author": "Author",
    "description": "Subject",
    "keywords": "Keywords",
    "generator": "Creator",
    "dcterms.created": "CreationDate",
    "dcterms.modified": "ModDate",
}
XMP = {
    "Title": "<dc:title><rdf:Alt><rdf:li xml:lang='x-default'>{}</rdf:li></rdf:Alt></dc:title>",
    "Author": "<dc:creator><rdf:Seq><rdf:li>{}</rdf:li></rdf:Seq></dc:creator>",
    "Subject": "<dc:description><rdf:Alt><rdf:li xml:lang='x-default'>{}</rdf:li></rdf:Alt>"
    "</dc:description>",
    "Keywords": "<pdf:Keywords>{}</pdf:Keywords>",
    "Creator": "<xmp:CreatorTool>{}</xmp:CreatorTool>",
    "Producer": "<pdf:Producer>{}</pdf:Producer>",
    "CreationDate": "<xmp:CreateDate>{}</xmp:CreateDate>",
    "ModDate": "<xmp:ModifyDate>{}</xmp:ModifyDate>",
}
DATES = ("CreationDate", "ModDate")
FRAME = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"
 xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance><pdfuaid:part>1</pdfuaid:part>
%s
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>PDF/UA version identifier</pdfaProperty:description>
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>"""


def facts(page: Page) -> dict[str, str]:
    """Return what is to be said, under the names of the Info dictionary; dates still as in ISO 8601."""
    known = {"Producer": PRODUCER, "Title": page.title}
    for name, content in page.meta:
        if name not in INFO:
            raise DesignError(f"nothing in a PDF stands for <meta name={name!r}>")
        known[INFO[name]] = content
    return known


def info(known: dict[str, str]) -> dict[str, str]:
    """Return the Info dictionary: dates as PDF writes them (ISO 32000-1, 7.9.4)."""
    return {name: _date(text) if name in DATES else text for name, text in known.items()}


def xmp(known: dict[str, str]) -> bytes:
    """Return the XMP packet, which must agree with the Info dictionary."""
    said = "\n".join(XMP[name].format(escape(text)) for name, text in known.items())
    return (FRAME % said).encode()


def _date(text: str) -> str:
    """Return a moment as PDF writes it. A moment without its time zone is refused: DesignError."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise DesignError(f"not a moment in ISO 8601: {text!r}") from error
    if moment.utcoffset() is None:
        raise DesignError(f"a moment without its time zone: {text!r}")
    zone = f"{moment:%z}"
    return f"D:{moment:%Y%m%d%H%M%S}{zone[:3]}'{zone[3:5]}"


def mend(pdf: pydyf.PDF) -> None:
    """Mend what WeasyPrint 70 is about to write: a large profile, and boxes of pictures upside down.

    sRGB is described in 0.4 kB instead of 2.6. The boxes of pictures in the tags are given in points
    from the paper's foot (ISO 32000-1, 14.8.5.4.3), not in CSS pixels from its head.
    """
    [intent] = pdf.catalog["OutputIntents"]
    intent["OutputConditionIdentifier"] = intent["Info"] = pydyf.String("sRGB IEC61966-2.1")
    pdf.objects[int(intent["DestOutputProfile"].split()[0])].stream = [_profile()]
    height = pdf.objects[pdf.pages["Kids"][0]]["MediaBox"][3]
    for element in pdf.objects:
        if isinstance(element, pydyf.Dictionary) and element.get("S") == "/Figure":
            left, top, right, bottom = (round(0.75 * side, 2) for side in element["A"]["BBox"])
            box = [left, round(height - bottom, 2), right, round(height - top, 2)]
            element["A"]["BBox"] = pydyf.Array(box)


@cache
def _profile() -> bytes:
    """Return LittleCMS's own sRGB, its date left out, as version 4.2: the latest that PDF/A-3 knows."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile[:8] + b"\x04\x20\x00\x00" + profile[12:24] + bytes(12) + profile[36:]
