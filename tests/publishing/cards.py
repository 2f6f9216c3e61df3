"""Cards in several languages and scripts, made from texts of events that never were."""

from drafting.wording import prose, standing, summary
from drafting.wording.card import About, Card, drawn_up

RIVER = """\
# Assembly charter

## Speakers

Every speaker has five minutes.

## Water

The municipality should measure leakage every year.
"""
RIVER_LATER = """\
# Assembly charter

## Speakers

Every speaker has three minutes, and nobody speaks twice before everyone has spoken once.

## Water

The municipality should measure leakage every quarter and publish the figures as open data.

## Childcare

Each assembly offers free childcare on site. Volunteers are paid a fair allowance, and whoever looks after the children
is thanked by name if they wish. The hours are those of the assembly and half an hour before and after it.
"""
TEXTS = {
    "en": ("Assembly charter", "Citizens’ Assembly on Water, Lund", RIVER, RIVER_LATER),
    "cy": (
        "Siarter y Cynulliad", "Cynulliad y Dinasyddion", "## Siaradwyr\n\nMae gan bob siaradwr bum munud.\n",
        "## Siaradwyr\n\nMae gan bob siaradwr dri munud, ac nid oes neb yn siarad ddwywaith.\n",
    ),
    "de": (
        "Wege am Fluss", "Bürgerversammlung Flussufer", "## Licht\n\nDer Weg am Fluss ist ab vier Uhr dunkel.\n",
        "## Licht\n\nDer Weg am Fluss ist im Winter ab vier Uhr dunkel; viele gehen deshalb auf der Straße.\n",
    ),
    "ar": (
        "الميثاق", "جمعية المواطنين حول المياه", "## المتحدثون\n\nلكل متحدث خمس دقائق.\n",
        "## المتحدثون\n\nلكل متحدث ثلاث دقائق، ولا يتحدث أحد مرتين قبل أن يتحدث الجميع مرة واحدة.\n",
    ),
    "zh-Hans": (
        "章程", "公民水务大会", "## 发言\n\n每位发言者有五分钟。\n",
        "## 发言\n\n每位发言者有三分钟，在所有人发言一次之前，任何人不得发言两次。市政府应每季度公布漏水数据。\n",
    ),
    "th": (
        "ธรรมนูญ", "สมัชชาพลเมืองเรื่องน้ำ", "## ผู้พูด\n\nผู้พูดแต่ละคนมีเวลาห้านาที\n",
        "## ผู้พูด\n\nผู้พูดแต่ละคนมีเวลาสามนาที และไม่มีใครพูดสองครั้งก่อนที่ทุกคนจะได้พูดหนึ่งครั้ง\n",
    ),
}  # fmt: skip


def card(title: str, event: str, before: str, after: str, language: str, number: int = 14, **more: object) -> Card:
    comparison = prose.compare(before, after)
    about = About(
        title, event, number, standing.kind_name("common"), standing.disclaimer("the city council"),
        "drafts.example.org", language, **more,  # type: ignore[arg-type]
    )  # fmt: skip
    return drawn_up(about, comparison, summary.summarise(comparison))


CARDS: dict[str, Card] = {
    **{language: card(*texts, language) for language, texts in TEXTS.items()},
    "first": card(*TEXTS["en"][:2], "", RIVER_LATER, "en", number=1),
    "taken-back": card(*TEXTS["en"], "en", number=15, withdraws=14, because="A figure was wrong."),
}
