"""The calendar of a year as data: closed, no way round, nothing silent after the end."""

from __future__ import annotations

from ckanext.lppd.workflow import kalender, rules


def test_every_state_is_left_and_its_acts_lead_to_known_states() -> None:
    assert {state for act in kalender.ACTS for state in act.from_states} == set(
        kalender.STATE_LABELS
    )
    assert {act.to for act in kalender.ACTS} <= set(kalender.STATE_LABELS)
    assert len({act.name for act in kalender.ACTS}) == len(kalender.ACTS)


def test_going_back_needs_a_reason() -> None:
    order = list(kalender.STATE_LABELS)
    for act in kalender.ACTS:
        back = any(order.index(act.to) < order.index(state) for state in act.from_states)
        assert act.reason == back, act


def test_who_works_when() -> None:
    assert set(kalender.WORKING) == set(kalender.STATE_LABELS) == set(kalender.WHAT_TO_DO)
    for role in rules.ROLES:
        assert not kalender.may_work(kalender.PERENCANAAN, role)
        assert kalender.may_work(kalender.PENGISIAN_DIBUKA, role)
        assert not kalender.may_work(kalender.FINAL, role)
    assert not kalender.may_work(kalender.DITUTUP, rules.PRODUSEN)
    assert kalender.may_work(kalender.DITUTUP, rules.WALIDATA)
    assert kalender.FINAL not in kalender.PLANNING


def test_a_refusal_names_the_year_its_state_and_what_to_do() -> None:
    for state in (kalender.PERENCANAAN, kalender.DITUTUP, kalender.FINAL):
        sentence = kalender.refusal("2025", 2026, state)
        assert "2026" in sentence and kalender.label(state) in sentence
        assert "walidata" in sentence


def test_names_exist_in_both_languages() -> None:
    for names in (*kalender.STATE_LABELS.values(), *kalender.ACT_LABELS.values()):
        assert set(names) == {"id", "en"}
    assert set(kalender.ACT_LABELS) == {act.name for act in kalender.ACTS}
    assert kalender.label("lain") == "lain"
    assert kalender.find_act("lain") is None


def test_the_record_names_the_part_of_the_planner() -> None:
    assert kalender.role_of_planner({"perencana", "pengawas"}) == "perencana"
    assert kalender.role_of_planner(()) == kalender.ADMINISTRATOR
