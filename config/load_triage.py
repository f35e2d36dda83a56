"""Loading ``config/triage``: age rules, conditions, and the ids and sources of the rules."""

from __future__ import annotations

from pathlib import Path

from config.pack_files import Entry, read_pack_file
from config.pack_values import domain, yes_or_no
from service.domain.age_rules import AgeRule
from service.domain.triage import ConditionRule, TriageRules
from service.domain.vocabulary import Suggestion

DECIDING_RULES = (
    "T-both", "T-pt", "T-ot", "T-age", "T-condition", "T-none", "T-outside", "T-unclear",
    "T-moving", "T-daily", "T-soon", "T-referral", "T-corrected",
)  # fmt: skip


def load_triage(root: Path) -> TriageRules:
    """Read the triage pack below ``root``. Raises ``PackError`` with file, line and key."""
    rules = read_pack_file(root / "triage" / "rules.yaml")
    sources = {entry.text("id"): entry.text("source") for entry in rules.entries("rules")}
    for rule in DECIDING_RULES:
        if rule not in sources:
            rules.fail("rules", f"rule {rule} is missing")
    conditions = read_pack_file(root / "triage" / "conditions.yaml").entries("conditions")
    return TriageRules(
        sources=sources,
        age_rules=tuple(
            _age_rule(entry)
            for entry in read_pack_file(root / "triage" / "age_rules.yaml").entries("rules")
        ),
        conditions={rule.condition: rule for rule in map(_condition, conditions)},
        soft_domains=frozenset(
            domain(rules, "soft_domains", name) for name in rules.texts("soft_domains")
        ),
        early_birth_weeks=rules.number("early_birth_weeks"),
        corrected_below_months=rules.number("corrected_below_months"),
        pt_leads_below_months=rules.number("pt_leads_below_months"),
        late_moves_below_months=rules.number("late_moves_below_months"),
        outside_topics=frozenset(rules.texts("outside_topics", required=True)),
    )


def _age_rule(entry: Entry) -> AgeRule:
    entry.only(
        "id", "skills", "from_months", "to_months", "domain", "also", "soon_from_months", "source"
    )
    names = [entry.text("domain"), *([entry.text("also")] if "also" in entry.values else [])]
    return AgeRule(
        id=entry.text("id"),
        source=entry.text("source"),
        skills=frozenset(entry.texts("skills", required=True)),
        from_months=entry.number("from_months"),
        to_months=entry.number("to_months") if "to_months" in entry.values else None,
        domains=tuple(domain(entry, "domain", name) for name in names),
        soon_from_months=(
            entry.number("soon_from_months") if "soon_from_months" in entry.values else None
        ),
    )


def _condition(entry: Entry) -> ConditionRule:
    entry.only("id", "condition", "default", "by_area", "early_until_months", "source")
    default = entry.text("default")
    if default not in ("OT", "PT", "BOTH"):
        entry.fail("default", "must be OT, PT or BOTH")
    return ConditionRule(
        id=entry.text("id"),
        source=entry.text("source"),
        condition=entry.text("condition"),
        default=Suggestion(default),
        early_until_months=(
            entry.number("early_until_months") if "early_until_months" in entry.values else None
        ),
        by_area=yes_or_no(entry, "by_area", default=False),
    )
