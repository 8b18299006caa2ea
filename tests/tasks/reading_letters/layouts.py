"""Letters laid out by typst for tests, in the manner of both forms; their words are made up."""

from collections.abc import Sequence

import typst

_PAGE = """
#set page(paper: "a4", margin: 25mm, footer: context align(center, text(size: 12pt, counter(page).display())))
#set text(size: 12pt)
#set par(leading: 0.5em, spacing: 1.3em)
"""
_MIDDLE = """
#strong[Joint targeted area inspection of the multi-agency response to neglect in Eastmere]

Between 4 and 8 March 2019, four inspectorates looked together at Eastmere.#super[1]
"""


def letter_2016(sign: str = "\u2022") -> bytes:
    """Return a letter of the form until 2020: bullets with a sign, a footnote, and signatures in two columns.

    Args:
        sign: of its bullets.
    """
    bullets = "\n".join(
        f"#list(marker: [{sign}], [Point {number}. {'It goes on for a line or two. ' * 4}])" for number in range(3)
    )
    return _pdf(
        "3 May 2019",
        "Ann Dale, Director of Children’s Services, Eastmere Council \\ Bo Fenn, Chief Constable, Eastmere Police",
        "Dear local partnership",
        _MIDDLE,
        f"#text(size: 14pt)[*Key strengths*]\n\n{bullets}",
        f"#text(size: 14pt)[*Areas for improvement*]\n\n*Leadership*\n\n{bullets}",
        "#pagebreak()\n#text(size: 14pt)[*Next steps*]",
        "The local authority should prepare a written statement of proposed action.",
        "It should send the statement to statements\\@example.test by Friday 9 August 2019.",
        "Yours sincerely",
        "#grid(columns: (1fr, 1fr), row-gutter: 22pt, [*Ofsted*], [*Care Quality Commission*],"
        " [Cy Hart \\ Regional Director], [Di Jones \\ Deputy Chief Inspector])",
        "#text(size: 9pt)[1 The names of the bodies have changed since.]",
    )


def letter_2022(sign: str = "\u25fc", practice: str = "A worker visited daily.") -> bytes:
    """Return a letter of the form since 2022: prose over two pages, noun phrases, signatures below each other.

    Args:
        sign: of its bullets.
        practice: what its practice study says.
    """
    long = "Partners meet each week and share what they know. " * 12
    return _pdf(
        "14 June 2024",
        "Ann Dale, Chief Executive, Eastmere Council \\ Bo Fenn, Independent Scrutineer",
        "Dear Eastmere Partnership",
        "*Joint targeted area inspection of Eastmere*",
        "This letter is about Eastmere. Inspectors were there from 29 April to 3 May 2024.",
        "*Headline findings*",
        long,
        long,
        "*What needs to improve?*",
        f"#list(marker: [{sign}], [How soon plans are made.], [The reach of early help.])",
        "*Main findings*",
        *(long for _ in range(6)),
        "*Practice study: highly effective practice*",
        practice,
        "*Next steps*",
        "We have determined that Eastmere Council is the principal authority and should prepare a written statement.",
        "Eastmere Council should send the written statement to statements\\@example.test by 20 September 2024.",
        "Yours sincerely",
        "#v(30pt)\n*Ed King \\ National Director, Ofsted*",
        "#v(30pt)\n*Flo Lamb \\ Chief Inspector of Health Care, CQC*",
    )


def _pdf(*parts: str) -> bytes:
    return pdf("\n\n".join(parts))


def pdf(source: str, pages: Sequence[str] = ()) -> bytes:
    """Return a PDF of a text in typst's own marks."""
    made: bytes = typst.compile("".join([_PAGE, source, *pages]).encode(), format="pdf", ignore_system_fonts=True)
    return made
