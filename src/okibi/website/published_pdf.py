"""The published scheme as PDF: the same document, set in the product's own face."""

from pathlib import Path

from django.utils.translation import pgettext
from fpdf import FPDF
from fpdf.enums import TableBordersLayout, XPos, YPos
from fpdf.fonts import FontFace

from okibi.website.published import Document, Example, Section, Table

FONTS = Path(__file__).parent / "fonts"
FACE = "Golos"
INK, HINT, LINE, ACCENT, SOFT = (23, 32, 31), (74, 87, 85), (200, 208, 206), (11, 110, 110), (238, 244, 243)
BODY, SMALL, HEAD, TITLE = 10.0, 8.5, 13.0, 21.0  # points
LEAD = 5.2  # millimetres from line to line
MARGIN = 20.0  # millimetres
WIDTHS = {3: (62, 68, 40), 4: (40, 54, 40, 36), 6: (27, 33, 36, 25, 19, 30)}  # millimetres by number of columns
ROW = 10.0  # millimetres that a row of a table may need


class _Sheet(FPDF):
    """A4 with the version at the foot of every page."""

    def __init__(self, document: Document) -> None:
        super().__init__(format="A4", unit="mm")
        self.document = document
        self.set_margins(MARGIN, MARGIN, MARGIN)
        self.set_auto_page_break(auto=True, margin=22)
        self.add_font(FACE, "", str(FONTS / "GolosText-Regular.ttf"))
        self.add_font(FACE, "B", str(FONTS / "GolosText-SemiBold.ttf"))
        self.set_title(document.title)
        self.alias_nb_pages()

    def footer(self) -> None:
        self.set_y(-15)
        self.set_font(FACE, "", SMALL)
        self.set_text_color(*HINT)
        words = {"version": self.document.version[:16], "since": self.document.valid_from}
        self.cell(0, 5, pgettext("scheme", "Version %(version)s, in force since %(since)s") % words)
        self.set_x(-MARGIN - 30)
        self.cell(30, 5, f"{self.page_no()} / {{nb}}", align="R")


def pdf_of(document: Document, language: str) -> bytes:
    """The document as PDF bytes, tagged with its language; texts are those it was made with."""
    sheet = _Sheet(document)
    sheet.set_lang(language)
    sheet.add_page()
    _lines(sheet, document.title, TITLE, "B", lead=9)
    sheet.ln(2)
    _lines(sheet, document.lead, 12, colour=HINT, lead=6)
    for number, section in enumerate(document.sections, 1):
        _section(sheet, number, section)
    return bytes(sheet.output())


def _lines(
    sheet: FPDF,
    text: str,
    size: float = BODY,
    style: str = "",
    *,
    colour: tuple[int, int, int] = INK,
    lead: float = LEAD,
) -> None:
    sheet.set_font(FACE, style, size)
    sheet.set_text_color(*colour)
    sheet.multi_cell(0, lead, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _section(sheet: FPDF, number: int, section: Section) -> None:
    if sheet.will_page_break(40):
        sheet.add_page()
    sheet.ln(6)
    sheet.start_section(section.title)
    _lines(sheet, f"{number}. {section.title}", HEAD, "B", lead=7)
    sheet.ln(1.5)
    for text in section.text:
        _lines(sheet, text)
    for point in section.points:
        _point(sheet, point)
    for table in section.tables:
        _table(sheet, table)
    for text in section.after:
        sheet.ln(1)
        _lines(sheet, text)
    for example in section.examples:
        _example(sheet, example)


def _point(sheet: FPDF, text: str) -> None:
    sheet.set_font(FACE, "", BODY)
    sheet.set_text_color(*ACCENT)
    sheet.cell(5, LEAD, "–")
    left = sheet.l_margin
    sheet.set_left_margin(left + 5)
    _lines(sheet, text)
    sheet.set_left_margin(left)
    sheet.set_x(left)


def _table(sheet: FPDF, table: Table) -> None:
    if sheet.will_page_break(12 + ROW * (1 + len(table.rows))):  # tables are short: one is never parted
        sheet.add_page()
    sheet.ln(2)
    _lines(sheet, table.caption, SMALL, colour=HINT)
    sheet.ln(1)
    sheet.set_font(FACE, "", SMALL)
    sheet.set_draw_color(*LINE)
    sheet.set_text_color(*INK)
    heads = FontFace(emphasis="BOLD", fill_color=SOFT, color=INK)
    with sheet.table(
        col_widths=WIDTHS[len(table.columns)],
        borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        headings_style=heads,
        line_height=4.6,
        padding=(1.6, 2),
        text_align="LEFT",
        v_align="TOP",
    ) as grid:
        for cells in (table.columns, *table.rows):
            row = grid.row()
            for cell in cells:
                row.cell(cell)
    sheet.ln(1)


def _example(sheet: FPDF, example: Example) -> None:
    if sheet.will_page_break(30):
        sheet.add_page()
    sheet.ln(3)
    _lines(sheet, pgettext("scheme", "Example"), SMALL, colour=ACCENT)
    _lines(sheet, example.title[:1].upper() + example.title[1:], BODY, "B")
    for number, (sentence, rule) in enumerate(example.steps, 1):
        _lines(sheet, f"{number}. {sentence} ({rule})", SMALL, colour=HINT, lead=4.6)
