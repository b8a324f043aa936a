"""The one place that moves an isian: lock, test, write, record. Every act of `rules.ACTS`."""

from __future__ import annotations

from ckan import model
from ckan.plugins import toolkit
from sqlalchemy import select

from ckanext.lppd.model import Isian, Transition, bukti_store
from ckanext.lppd.notices import service as notices
from ckanext.lppd.release import manifest, publish, revision, withdraw
from ckanext.lppd.release.gate import gate_errors
from ckanext.lppd.workflow import bukti_bytes, conditions, declarations, roles, rules, tables, years

# whoever calls this module names them with it
from ckanext.lppd.workflow.request import Actor as Actor
from ckanext.lppd.workflow.request import Request as Request


def locked_isian(isian_id: str) -> Isian:
    """Return the isian as the database has it now, its year, its row and its dataset's row held.

    Raises:
        toolkit.ObjectNotFound: where there is no such isian.
    """
    identity = select(Isian.edition, Isian.year).where(Isian.id == isian_id)
    years.hold(*(model.Session.execute(identity).first() or (None, None)))
    isian = model.Session.scalars(
        select(Isian)
        .where(Isian.id == isian_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if isian is None:
        raise toolkit.ObjectNotFound("Isian tidak ditemukan.")
    if isian.package_id:
        manifest.lock_package(isian.package_id)
    return isian


def perform(isian_id: str, act_name: str, actor: Actor, request: Request) -> Isian:
    """Do one act and commit it; a repeat of the act just done changes nothing.

    Raises:
        toolkit.NotAuthorized: where no role of the actor has this act in this state.
        toolkit.ValidationError: where the state moved or a condition does not hold.
    """
    try:
        with gate_errors():
            isian = _perform(isian_id, act_name, actor, request)
    except (toolkit.NotAuthorized, toolkit.ValidationError, toolkit.ObjectNotFound):
        model.Session.rollback()
        raise
    tables.follow(isian.package_id, withdrawn=act_name == "tarik_publikasi")
    return isian


def _perform(isian_id: str, act_name: str, actor: Actor, request: Request) -> Isian:
    isian = locked_isian(isian_id)
    act = _permitted_act(isian, act_name, actor, request)
    if act is None:
        model.Session.rollback()
        return model.Session.get(Isian, isian_id)
    if request.state_seen and request.state_seen != isian.state:
        raise _moved(isian)
    request.memo.clear()
    years.require(isian, act.role)
    for name in act.conditions:
        conditions.CONDITIONS[name](isian, actor, request)
    from_state, to_state = isian.state, act.target(priority=bool(isian.priority))
    seen = conditions.manifest_now(isian, request)
    isian.state = to_state
    declarations.note_declaration(isian, act_name, actor.id, request.promised)
    record(isian, act_name, from_state, act.role, actor, request, seen)
    if act_name == "terbitkan" and isian.is_revision:
        return _publish_revision(isian, actor, request)
    if act_name == "terbitkan":
        approved_by = conditions.last_approval(isian, request).actor
        publish.add_release(isian, str(seen), approved_by=approved_by, published_by=actor.id)
        publish.make_public(isian, actor.name)
    elif act_name == "tarik_publikasi":
        withdraw.hide(isian.package_id)
    elif act_name == "revisi_mulai":
        return revision.start(isian, actor.name)
    model.Session.commit()
    if act_name == "tarik_publikasi":
        withdraw.reindex(isian.package_id)
    return isian


def _publish_revision(copy: Isian, actor: Actor, request: Request) -> Isian:
    """Switch the published isian to its approved revision and take the copy away."""
    parent = locked_isian(copy.parent_id)
    if parent.state != rules.TERPUBLIKASI:
        raise toolkit.ValidationError(
            {
                "state": [
                    "Versi yang direvisi sudah tidak terpublikasi. Batalkan revisi ini, "
                    "lalu perbaiki isian aslinya."
                ]
            }
        )
    approved_by = conditions.last_approval(copy, request).actor
    copy_id, parent_id, copied = copy.id, parent.id, copy.package_id
    proof = bukti_bytes.of_isian(copy_id)

    def finish(new_manifest: str) -> None:
        published = model.Session.get(Isian, parent_id)
        published.last_editor = copy.last_editor
        bukti_store.adopt(published, copy)
        publish.add_release(published, new_manifest, approved_by=approved_by, published_by=actor.id)
        record(
            published,
            "terbitkan_revisi",
            published.state,
            rules.WALIDATA,
            actor,
            request,
            new_manifest,
        )
        revision.forget(model.Session.get(Isian, copy_id))

    revision.switch(parent, copy, actor.name, finish)
    # a process killed here leaves an orphan that `ckan lppd bersihkan` takes away
    revision.purge_copy(copied)
    bukti_bytes.collect(proof)
    return model.Session.get(Isian, parent_id)


def cancel_revision(isian_id: str, actor: Actor, request: Request) -> Isian:
    """Abandon a revision (produsen, while nobody decides it); only the record of acts stays.

    Raises:
        toolkit.ValidationError: for what is no revision, or one that is being decided.
    """
    copy = locked_isian(isian_id)
    if rules.PRODUSEN not in roles.parts_in(actor.id, copy.owner_org):
        model.Session.rollback()
        raise toolkit.NotAuthorized("Revisi dibatalkan oleh produsen data pemiliknya.")
    moved = request.state_seen and request.state_seen != copy.state
    if moved or not copy.is_revision or not rules.is_editable(copy.state):
        model.Session.rollback()
        raise _moved(copy)
    years.require(copy, rules.PRODUSEN)
    parent = model.Session.get(Isian, copy.parent_id)
    record(copy, "revisi_batal", copy.state, rules.PRODUSEN, actor, request, None)
    record(parent, "revisi_batal", parent.state, rules.PRODUSEN, actor, request, None)
    parent_id, copied = parent.id, copy.package_id
    proof = bukti_bytes.of_isian(copy.id)
    revision.forget(copy)
    model.Session.commit()
    if copied:
        revision.purge_copy(copied)
    bukti_bytes.collect(proof)
    return model.Session.get(Isian, parent_id)


def record(
    isian: Isian,
    act: str,
    from_state: str,
    role: str,
    actor: Actor,
    request: Request,
    seen: str | None,
) -> None:
    """Add the append-only row of an act and tell whom it concerns; flushes, no commit."""
    row = Transition(
        isian_id=isian.id,
        package_id=isian.package_id,
        act=act,
        from_state=from_state,
        to_state=isian.state,
        role=role,
        actor=actor.id,
        reason_code=request.reason_code,
        note=request.note,
        cells=list(request.cells),
        manifest=seen,
        evidence=conditions.evidence_now(isian, request),
    )
    model.Session.add(row)
    model.Session.flush()
    notices.told(isian, act, role, actor.id, key=str(row.id))


def record_edit(isian: Isian, actor: Actor, request: Request | None = None) -> None:
    """Note that content changed: the state becomes draf and the editor is remembered (R4)."""
    from_state = isian.state
    isian.state = rules.DRAF
    isian.last_editor = actor.id
    isian.declaration, isian.promised = None, None
    seen = manifest.current_manifest(isian.package_id) if isian.package_id else None
    record(isian, "isi", from_state, rules.PRODUSEN, actor, request or Request(), seen)


def history(isian_id: str, *, limit: int | None = None) -> list[Transition]:
    """Return the transitions of an isian, newest first, at most `limit`."""
    query = select(Transition).where(Transition.isian_id == isian_id)
    return list(model.Session.scalars(query.order_by(Transition.id.desc()).limit(limit)))


def has_record(package_id: str) -> bool:
    """Tell whether any act was ever recorded on this dataset."""
    query = select(Transition.id).where(Transition.package_id == package_id).limit(1)
    return model.Session.scalars(query).first() is not None


def allowed_acts(isian: Isian, user_id: str | None, year: str | None) -> list[str]:
    """Return the acts this user may try now, what the page shows as buttons.

    `year` is the state of the isian's year (`years.state_of`).
    """
    parts = roles.parts_in(user_id, isian.owner_org)
    names: list[str] = []
    for act in rules.acts_from(isian.state, parts):
        if not years.works_for(isian, act.role, year) or not declarations.fits(isian, act):
            continue
        if "not_last_editor" in act.conditions and isian.last_editor == user_id:
            continue
        if "no_revision" in act.conditions and revision.open_revision(isian) is not None:
            continue
        if act.name not in names:
            names.append(act.name)
    return names


def _permitted_act(isian: Isian, name: str, actor: Actor, request: Request) -> rules.Act | None:
    """Return the row of the table to follow, or None where this act was just done already."""
    parts = roles.parts_in(actor.id, isian.owner_org)
    if not parts & rules.roles_for(name):
        raise toolkit.NotAuthorized(
            "Peran Anda tidak memiliki hak untuk tindakan ini. Hubungi walidata bila keliru."
        )
    candidates = [act for act in rules.acts_from(isian.state, parts) if act.name == name]
    if candidates:
        return candidates[0]
    last = next(iter(history(isian.id, limit=1)), None)
    repeated = (
        last is not None
        and last.act == name
        and last.actor == actor.id
        and last.to_state == isian.state
        and (request.manifest is None or request.manifest == last.manifest)
    )
    if repeated:
        return None
    if rules.find_act(name, isian.state) is not None:
        raise toolkit.NotAuthorized(
            f"Tindakan ini pada keadaan {rules.label(isian.state)} adalah hak peran lain."
        )
    raise _moved(isian)


def _moved(isian: Isian) -> toolkit.ValidationError:
    return toolkit.ValidationError(
        {
            "state": [
                f"Keadaan sekarang: {rules.label(isian.state)}. Tindakan ini tidak berlaku di "
                "keadaan itu. Muat ulang halaman, lalu pilih tindakan yang tersedia."
            ],
            "state_now": [isian.state],
        }
    )
