"""The people of an organisation: who belongs to it, who asks to, whom it invites; and leaving it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.rules import NoSuchAddress
from app.kernel.actor import IN_ORGANISATION, Actor, Role, Scope
from app.kernel.forms import errors_beside
from app.kernel.i18n import _
from app.kernel.permissions import Permission, may
from app.kernel.refusals import Refused
from app.kernel.text import clean
from app.kernel.web.access import Needs, Someone
from app.kernel.web.answers import page, see_other
from app.kernel.web.state import web
from app.kernel.web.transactions import Reading, Writing
from app.kernel.web.typed import Given, typed_in
from app.organisations.queries import people as queries
from app.organisations.queries.access import at_organisation
from app.organisations.rules import people as rules
from app.organisations.service import people as service

router = APIRouter()
Member = Annotated[Actor, Depends(Needs(Permission.READ_ORGANISATION_FILE, at=at_organisation))]
Owner = Annotated[Actor, Depends(Needs(Permission.MANAGE_MEMBERS, at=at_organisation))]


@router.get("/organisations/{slug}/people")
async def people(request: Request, slug: str, actor: Member, db: Reading) -> Response:
    return await _show(request, db, slug, actor, {}, {})


@router.post("/organisations/{slug}/people/{membership_id}/acceptance")
async def accept(request: Request, slug: str, membership_id: UUID, actor: Owner, db: Writing) -> Response:
    role = rules.read_role(str((await typed_in(request)).get("role") or Role.MEMBER))
    await service.accept(db, actor, slug, membership_id, role)
    return see_other(
        request,
        f"/organisations/{slug}/people",
        flash=_("They belong to the organisation now, and we write to them."),
    )


@router.post("/organisations/{slug}/people/{membership_id}/refusal")
async def refuse(request: Request, slug: str, membership_id: UUID, actor: Owner, db: Writing) -> Response:
    await service.refuse(db, actor, slug, membership_id)
    return see_other(request, f"/organisations/{slug}/people", flash=_("Not taken in. We write to them."))


@router.post("/organisations/{slug}/people/{membership_id}/role")
async def change_role(
    request: Request, slug: str, membership_id: UUID, actor: Owner, db: Writing
) -> Response:
    typed = await typed_in(request)
    try:
        await service.change_role(
            db, actor, slug, membership_id, rules.read_role(str(typed.get("role") or ""))
        )
    except Refused as problem:
        return await _refused(request, db, slug, actor, problem, {"": problem.sentence})
    return see_other(request, f"/organisations/{slug}/people", flash=_("The role is changed."))


@router.post("/organisations/{slug}/people/{membership_id}/end")
async def end_membership(
    request: Request, slug: str, membership_id: UUID, actor: Owner, db: Writing
) -> Response:
    try:
        await service.end_membership(db, actor, slug, membership_id)
    except rules.LastOwner as problem:
        return await _refused(request, db, slug, actor, problem, {"": problem.sentence})
    return see_other(
        request, f"/organisations/{slug}/people", flash=_("They don't belong to the organisation any more.")
    )


@router.post("/organisations/{slug}/invitations")
async def invite(request: Request, slug: str, actor: Owner, db: Writing) -> Response:
    typed = await typed_in(request)
    try:
        role = rules.read_role(str(typed.get("role") or ""))
        await service.invite(
            db, actor, slug, str(typed.get("email") or ""), role, web(request).settings.public_address
        )
    except (Refused, NoSuchAddress) as problem:
        await db.rollback()
        return await _show(request, db, slug, actor, typed, errors_beside(problem), status=problem.status)
    return see_other(request, f"/organisations/{slug}/people", flash=_("Invited. The mail is on its way."))


@router.post("/organisations/{slug}/invitations/{invitation_id}/withdrawal")
async def withdraw(request: Request, slug: str, invitation_id: UUID, actor: Owner, db: Writing) -> Response:
    await service.withdraw_invitation(db, actor, slug, invitation_id)
    return see_other(request, f"/organisations/{slug}/people", flash=_("The invitation is taken back."))


@router.get("/organisations/{slug}/membership")
async def membership(request: Request, slug: str, actor: Someone, db: Reading) -> Response:
    return await _membership_page(request, db, slug, actor, {}, {})


@router.post("/organisations/{slug}/membership")
async def ask_to_join(request: Request, slug: str, actor: Someone, db: Writing) -> Response:
    typed = await typed_in(request)
    try:
        await service.ask_to_join(db, actor, slug, clean(str(typed.get("message") or "")))
    except (rules.AlreadyAsked, rules.AlreadyMember) as problem:
        await db.rollback()
        return await _membership_page(
            request, db, slug, actor, typed, {"": problem.sentence}, status=problem.status
        )
    return see_other(
        request, f"/organisations/{slug}/membership", flash=_("Asked. An owner answers, and we write to you.")
    )


@router.post("/organisations/{slug}/membership/end")
async def leave(request: Request, slug: str, actor: Someone, db: Writing) -> Response:
    try:
        await service.leave(db, actor, slug)
    except rules.LastOwner as problem:
        await db.rollback()
        return await _membership_page(
            request, db, slug, actor, {}, {"": problem.sentence}, status=problem.status
        )
    return see_other(request, "/my", flash=_("You don't belong to it any more."))


@router.get("/invitations/{invitation_id}")
async def invitation(request: Request, invitation_id: UUID, actor: Someone, db: Reading) -> Response:
    seen = await queries.invitation_for(db, actor, invitation_id)
    return page(request, "organisations/invitation.html", invitation=seen, does=_(rules.ROLES[seen.role]))


@router.post("/invitations/{invitation_id}/acceptance")
async def accept_invitation(request: Request, invitation_id: UUID, actor: Someone, db: Writing) -> Response:
    slug = await service.accept_invitation(db, actor, invitation_id)
    return see_other(request, f"/organisations/{slug}/people", flash=_("Welcome. You belong to it now."))


@router.post("/invitations/{invitation_id}/refusal")
async def decline_invitation(request: Request, invitation_id: UUID, actor: Someone, db: Writing) -> Response:
    await service.decline_invitation(db, actor, invitation_id)
    return see_other(request, "/my", flash=_("You said no to the invitation."))


async def _refused(
    request: Request, db: AsyncSession, slug: str, actor: Actor, problem: Refused, errors: dict[str, str]
) -> Response:
    await db.rollback()
    return await _show(request, db, slug, actor, {}, errors, status=problem.status)


async def _show(
    request: Request,
    db: AsyncSession,
    slug: str,
    actor: Actor,
    typed: Given,
    errors: dict[str, str],
    status: int = 200,
) -> Response:
    seen = await queries.people_of(db, slug)
    owner = may(actor, Permission.MANAGE_MEMBERS, Scope(organisation_id=seen.organisation.id))
    return page(
        request,
        "organisations/people.html",
        status=status,
        people=seen,
        owner=owner,
        me=actor.person_id,
        roles=_roles(),
        typed={"role": Role.EDITOR.value} | typed,
        errors=errors,
        mine=actor.role_in(seen.organisation.id) is not None,
    )


async def _membership_page(
    request: Request,
    db: AsyncSession,
    slug: str,
    actor: Actor,
    typed: Given,
    errors: dict[str, str],
    status: int = 200,
) -> Response:
    organisation = await queries.named(db, slug)
    standing = await queries.standing_of(db, actor, organisation.id)
    return page(
        request,
        "organisations/membership.html",
        status=status,
        organisation=organisation,
        standing=standing,
        role=actor.role_in(organisation.id),
        typed=typed,
        errors=errors,
    )


def _roles() -> list[tuple[str, str, str]]:
    return [(role.value, role.label, _(rules.ROLES[role])) for role in IN_ORGANISATION]
