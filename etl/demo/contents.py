"""What the four workbooks hold: which quantity stands under which Mål and Emne, for which ages."""

from __future__ import annotations

from dataclasses import dataclass

from etl.demo.calibration import SCOPES, measures

_LABEL = {"all": "Alle aldre", "80+": "80 år og derover", "65+": "65 år og derover"}


@dataclass(frozen=True)
class Topic:
    """One quantity in a workbook.

    ``hidden_with`` names the quantity whose hidden cells it shares (contacts of few citizens);
    ``rates`` asks for the rows per 100,000 and the standardised ones; ``crossed`` is False where
    women and men come for all ages only.
    """

    measure: str
    subject: str
    unit: str
    quantity: str
    ages: tuple[str, ...]
    hidden_with: str | None = None
    rates: bool = False
    crossed: bool = True


@dataclass(frozen=True)
class Package:
    """One workbook. ``made_safe``: small counts are hidden and numbers rounded, as published."""

    file: str
    title: str
    made_safe: bool
    topics: tuple[Topic, ...]
    definitions: tuple[tuple[str, str], ...]


def age_label(age: str) -> str:
    """Return the workbook's label of an age band."""
    return _LABEL.get(age, f"{age} år")


def bands(age: str) -> list[int]:
    """Return the positions of the finest bands in an age band."""
    return list(SCOPES[age])


_ADULT = ("all", "0-17", "18-39", "40-64", "65-79", "80+")
_OLD = ("65+", "65-79", "80+")
_YOUNG = ("0-5", "6-11", "12-17", "0-17", "18-25", "0-25")
_PUPILS = ("all",)
_SECTORS = (
    ("gp", "Almen praksis"),
    ("other_practice", "Øvrig praksis"),
    ("somatic", "Somatisk hospital"),
    ("psychiatric", "Psykiatrisk hospital"),
    ("municipal", "Kommunale sundhedsydelser"),
)
_POPULATION_TEXT = (
    "Befolkning",
    "Borgere med bopæl i kommunen 1. januar (Danmarks Statistik, FOLK1A). Køn og fine aldersgrupper"
    " er fordelt efter landets andele; 2015 er ført tilbage fra 2016.",
)
_CONTACT_TEXT = (
    "Borgere med kontakt",
    "Antal unikke borgere med mindst én kontakt i sektoren i året, efter bopæl.",
)


def _population(ages: tuple[str, ...]) -> Topic:
    return Topic("Befolkning", "Indbyggere", "Antal personer", "population", ages)


def _with_contact(ages: tuple[str, ...]) -> tuple[Topic, ...]:
    return tuple(
        Topic("Borgere med kontakt", name, "Antal borgere", f"{sector}_citizens", ages)
        for sector, name in _SECTORS
    )


def packages() -> tuple[Package, ...]:
    """Return the four workbooks of the demo."""
    return (_overview(), _elderly(), _chronic(), _children())


def _overview() -> Package:
    return Package(
        "DEMO_Populationsoverblik_2025.xlsx",
        "Populationsoverblik 2015-2025",
        made_safe=True,
        topics=(
            _population(_ADULT),
            *_with_contact(_ADULT),
            Topic(
                "Borgere med kontakt", "Mindst én sektor", "Antal borgere", "all_citizens", _ADULT
            ),
            *(
                Topic(
                    "Kontakter",
                    name,
                    "Antal kontakter",
                    f"{sector}_contacts",
                    _ADULT,
                    hidden_with=f"{sector}_citizens",
                    crossed=False,
                )
                for sector, name in (*_SECTORS, ("all", "Alle sektorer"))
            ),
            *(
                Topic("Borgere efter antal sektorer", name, "Antal borgere", quantity, _ADULT)
                for quantity, name in (
                    ("one_sector", "Én sektor"),
                    ("two_sectors", "To sektorer"),
                    ("three_sectors", "Tre sektorer"),
                )
            ),
        ),
        definitions=(
            _POPULATION_TEXT,
            _CONTACT_TEXT,
            ("Kontakter", "Antal kontakter i sektoren i året, efter borgerens bopæl."),
            (
                "Borgere efter antal sektorer",
                "Borgere, der i samme år har haft kontakt med én, to eller alle tre af praksis"
                " (almen og øvrig), hospital (somatisk og psykiatrisk) og kommune.",
            ),
        ),
    )


def _elderly() -> Package:
    rows = (
        ("Forebyggelige sygehusophold", "Ophold", "Antal ophold", "avoidable_stays"),
        ("Somatiske indlæggelser", "Indlæggelser", "Antal indlæggelser", "somatic_admissions"),
        (
            "Akutte genindlæggelser inden 30 dage",
            "Genindlæggelser",
            "Antal genindlæggelser",
            "acute_readmissions",
        ),
        ("Færdigbehandlingsdage", "Dage", "Antal dage", "finished_treatment_days"),
        ("Medicinske sengedage", "Dage", "Antal dage", "medical_bed_days"),
        ("Hjemmehjælp", "Modtagere", "Antal borgere", "home_help"),
        ("Hjemmesygepleje", "Modtagere", "Antal borgere", "home_nursing"),
        ("Plejebolig", "Beboere", "Antal borgere", "care_home"),
        ("Polyfarmaci", "Borgere med 5 eller flere lægemidler", "Antal borgere", "polypharmacy"),
        (
            "Multisygdom",
            "Borgere med to eller flere kroniske sygdomme",
            "Antal borgere",
            "multimorbidity",
        ),
    )
    return Package(
        "DEMO_Aeldre_2025.xlsx",
        "Borgere på 65 år og derover 2015-2025",
        made_safe=True,
        topics=(_population(_OLD), *(Topic(*row, _OLD) for row in rows)),
        definitions=(
            _POPULATION_TEXT,
            (
                "Forebyggelige sygehusophold",
                "Akutte ophold for ni grupper af diagnoser, bl.a. dehydrering, forstoppelse,"
                " lungebetændelse, urinvejsinfektion, brud og tryksår.",
            ),
            ("Somatiske indlæggelser", "Sygehusophold på 12 timer eller mere, efter bopæl."),
            (
                "Akutte genindlæggelser inden 30 dage",
                "Somatiske indlæggelser, der følges af en akut indlæggelse inden 30 dage.",
            ),
            ("Færdigbehandlingsdage", "Dage på sygehus, efter at behandlingen er afsluttet."),
            ("Medicinske sengedage", "Sengedage på medicinske afdelinger."),
            ("Hjemmehjælp", "Borgere visiteret til hjemmehjælp i eget hjem."),
            ("Hjemmesygepleje", "Modtagere af hjemmesygepleje i eget hjem."),
            ("Plejebolig", "Beboere i plejehjem eller plejebolig."),
            ("Polyfarmaci", "Borgere i langvarig behandling med 5 eller flere lægemidler."),
            ("Multisygdom", "Borgere med to eller flere kroniske sygdomme."),
        ),
    )


def _chronic() -> Package:
    table = measures("chronic")
    kinds = (
        ("Prævalens (sygdomsforekomst)", "prevalence"),
        ("Incidens (nye sygdomstilfælde)", "incidence"),
    )
    diseases = [
        (key.removesuffix("_prevalence"), measure.title)
        for key, measure in table.items()
        if measure.title
    ]
    return Package(
        "DEMO_Kronikere_og_psykiatri_2025.xlsx",
        "Kroniske sygdomme og svære psykiske lidelser 2015-2025",
        made_safe=True,
        topics=(
            _population(_ADULT),
            *(
                Topic(
                    label,
                    name,
                    "Antal personer",
                    f"{disease}_{kind}",
                    _ADULT,
                    rates=True,
                    # New cases by sex and age are so few that nearly all would be blank.
                    crossed=kind == "prevalence",
                )
                for label, kind in kinds
                for disease, name in diseases
            ),
        ),
        definitions=(
            _POPULATION_TEXT,
            ("Prævalens (sygdomsforekomst)", "Borgere, der har sygdommen, efter bopæl."),
            ("Incidens (nye sygdomstilfælde)", "Borgere, der får sygdommen i året."),
            (
                "Standardiserede antal",
                "Direkte standardiseret efter landets befolkning i det seneste år i aldersgrupperne"
                " 0-17, 18-39, 40-64, 65-79 og 80 år og derover (og køn).",
            ),
        ),
    )


def _children() -> Package:
    return Package(
        "DEMO_Boern_og_unge_2025.xlsx",
        "Børn og unge 0-25 år 2015-2025",
        made_safe=False,
        topics=(
            _population(_YOUNG),
            Topic(
                "Psykiatrisk diagnose (seneste 10 år)",
                "Borgere",
                "Antal borgere",
                "psychiatric_diagnosis",
                _YOUNG,
            ),
            Topic("ADHD", "Borgere", "Antal borgere", "adhd", _YOUNG),
            Topic("Psykiatrisk kontakt", "Borgere", "Antal borgere", "physical_contact", _YOUNG),
            *_with_contact(_YOUNG),
            *(
                Topic(measure, subject, "Antal elever", quantity, _PUPILS)
                for measure, subject, quantity in (
                    ("Overvægt ved udskoling", "Undersøgte elever", "pupils_examined"),
                    ("Overvægt ved udskoling", "Elever med overvægt", "pupils_overweight"),
                    ("Trivsel", "Elever i måling", "pupils_surveyed"),
                    ("Trivsel", "Elever med lav trivsel", "pupils_low_wellbeing"),
                )
            ),
        ),
        definitions=(
            _POPULATION_TEXT,
            (
                "Psykiatrisk diagnose (seneste 10 år)",
                "Registreret med en psykiatrisk diagnose på sygehus inden for de seneste ti år.",
            ),
            ("ADHD", "Heraf registreret med ADHD."),
            ("Psykiatrisk kontakt", "Mindst én fysisk kontakt med hospitalspsykiatrien i året."),
            _CONTACT_TEXT,
            ("Overvægt ved udskoling", "Elever undersøgt ved udskolingen, og heraf med overvægt."),
            ("Trivsel", "Elever i 4.-9. klasse i trivselsmålingen, og heraf med lav trivsel."),
        ),
    )
