"""Is the record of acts whole? Recomputes the hash chain that the database writes."""

from __future__ import annotations

from dataclasses import dataclass

from ckan import model
from sqlalchemy import text

# previous_hash must be the hash of the row before; hash must be what the row's content gives; and
# the newest row must end in the state the isian (or the year) is in.
_BROKEN = text(
    """
    WITH chained AS (
        SELECT t.*, lag(t.hash) OVER w AS expected_previous,
               lead(t.id) OVER w IS NULL AS newest,
               lppd_transition_hash(to_jsonb(t), t.created_at) AS expected_hash
          FROM lppd_transition t
        WINDOW w AS (PARTITION BY t.isian_id ORDER BY t.id)
    )
    SELECT c.id, c.isian_id, c.act, c.created_at,
           CASE WHEN c.hash IS DISTINCT FROM c.expected_hash THEN 'isi baris berubah'
                WHEN c.previous_hash IS DISTINCT FROM c.expected_previous
                     THEN 'baris sebelumnya hilang atau disisipkan'
                ELSE 'keadaan isian tidak sama dengan baris terakhir' END AS fault
      FROM chained c LEFT JOIN lppd_isian i ON i.id = c.isian_id
      LEFT JOIN lppd_year y ON c.isian_id = 'tahun/' || y.edition || '/' || y.year
     WHERE c.hash IS DISTINCT FROM c.expected_hash
        OR c.previous_hash IS DISTINCT FROM c.expected_previous
        OR (c.newest AND coalesce(i.state, y.state, c.to_state) IS DISTINCT FROM c.to_state)
     ORDER BY c.id
    """
)
_COUNT = text("SELECT count(*) AS rows, count(DISTINCT isian_id) AS isian FROM lppd_transition")


@dataclass(frozen=True)
class Fault:
    """A transition that does not follow from the one before it."""

    transition_id: int
    isian_id: str
    act: str
    what: str


def verify_history() -> tuple[int, int, list[Fault]]:
    """Return the number of transitions, the number of isian, and what does not fit."""
    counted = model.Session.execute(_COUNT).one()
    faults = [
        Fault(row.id, row.isian_id, row.act, row.fault) for row in model.Session.execute(_BROKEN)
    ]
    return counted.rows, counted.isian, faults
