"""The table of states and acts, as data: complete, closed, and separating the duties."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ckanext.lppd.workflow import rules

STATES = tuple(rules.STATE_LABELS)


def test_every_state_is_reachable_and_left() -> None:
    reached = {act.target(priority=p) for act in rules.ACTS for p in (False, True)}
    assert reached == set(STATES) - {rules.BELUM_DIISI}
    assert {state for act in rules.ACTS for state in act.from_states} == set(STATES)


def test_every_state_and_reason_has_both_languages() -> None:
    for names in (*rules.STATE_LABELS.values(), *rules.REASON_CODES.values()):
        assert set(names) == {"id", "en"}


def test_no_act_has_two_rows_for_one_role_and_state() -> None:
    seen: set[tuple[str, str, str]] = set()
    for act in rules.ACTS:
        for state in act.from_states:
            assert (act.name, act.role, state) not in seen
            seen.add((act.name, act.role, state))


def test_only_the_walidata_publishes_and_only_what_was_approved() -> None:
    into_public = [
        act
        for act in rules.ACTS
        if act.to == rules.TERPUBLIKASI and rules.TERPUBLIKASI not in act.from_states
    ]
    assert [(act.name, act.role) for act in into_public] == [("terbitkan", rules.WALIDATA)]
    assert into_public[0].from_states == {rules.DISETUJUI}
    assert {"manifest_approved", "bytes_valid", "manifest_seen"} <= set(into_public[0].conditions)


def test_every_approval_separates_duties_and_carries_what_was_seen() -> None:
    approvals = [act for act in rules.ACTS if act.name == "setujui"]
    assert {act.role for act in approvals} == {rules.WALIDATA, rules.PEMBINA}
    for act in approvals:
        assert {"not_last_editor", "manifest_seen", "bytes_valid"} <= set(act.conditions)


def test_the_pembina_returns_to_the_walidata_never_to_the_producer() -> None:
    """Perpres 39/2019 article 35."""
    returns = [a for a in rules.ACTS if a.name == "kembalikan" and a.role == rules.PEMBINA]
    assert [act.to for act in returns] == [rules.MENUNGGU_WALIDATA]


@pytest.mark.parametrize(
    "name",
    [
        "kembalikan",
        "tarik_publikasi",
        "buka_lagi",
        "nyatakan_tidak_berlaku",
        "nyatakan_nihil",
        "nyatakan_belum_tersedia",
    ],
)
def test_what_goes_back_needs_a_reason(name: str) -> None:
    assert all("reason_given" in a.conditions for a in rules.ACTS if a.name == name)


def test_content_changes_only_where_nothing_is_being_decided() -> None:
    assert {s for s in STATES if rules.is_editable(s)} == {
        rules.BELUM_DIISI,
        rules.DRAF,
        rules.DIKEMBALIKAN,
        rules.BELUM_TERSEDIA,
    }


@settings(max_examples=200, deadline=None)
@given(
    walk=st.lists(st.sampled_from([act.name for act in rules.ACTS]), max_size=30),
    priority=st.booleans(),
)
def test_no_walk_reaches_public_without_every_approval(walk: list[str], priority: bool) -> None:
    state, approvals = rules.BELUM_DIISI, 0
    for name in walk:
        act = rules.find_act(name, state)
        if act is None:
            continue
        state = act.target(priority=priority)
        if name == "setujui":
            approvals += 1
        elif rules.is_editable(state) or name == "kembalikan":
            approvals = 0
        if state == rules.TERPUBLIKASI and name == "terbitkan":
            assert approvals == (2 if priority else 1)


def test_acts_from_gives_only_what_the_roles_have() -> None:
    names = {a.name for a in rules.acts_from(rules.MENUNGGU_WALIDATA, [rules.PRODUSEN])}
    assert names == {"tarik"}
    for state in (rules.TIDAK_BERLAKU, rules.NIHIL):
        producer = {a.name for a in rules.acts_from(state, [rules.PRODUSEN])}
        assert producer == {"buka_lagi"}
    assert rules.acts_from(rules.MENUNGGU_WALIDATA, [rules.PENGAWAS]) == ()
    assert rules.find_act("terbitkan", rules.DRAF) is None
    assert rules.roles_for("kembalikan") == {rules.WALIDATA, rules.PEMBINA}


def test_labels_fall_back_to_the_code() -> None:
    assert rules.label(rules.DRAF) == "Draf"
    assert rules.label(rules.DRAF, "en") == "Draft"
    assert rules.label("lain") == "lain"


def test_a_declaration_counts_only_when_somebody_else_confirmed_it() -> None:
    for state in (rules.TIDAK_BERLAKU, rules.NIHIL):
        into = [act for act in rules.ACTS if act.to == state]
        assert [(act.name, act.role) for act in into] == [(f"sahkan_{state}", rules.WALIDATA)]
        assert {f"declared_{state}", "not_last_editor"} == set(into[0].conditions)
        assert state in rules.DONE
    assert rules.BELUM_TERSEDIA not in rules.DONE


def test_no_declaration_reaches_the_public() -> None:
    after = {rules.TIDAK_BERLAKU, rules.NIHIL, rules.BELUM_TERSEDIA}
    assert not [a for a in rules.ACTS if a.from_states & after and a.to == rules.TERPUBLIKASI]
    approve = rules.find_act("setujui", rules.MENUNGGU_WALIDATA)
    assert approve is not None and "not_declared" in approve.conditions
