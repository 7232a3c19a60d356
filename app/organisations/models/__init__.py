"""Organisations: the register, its applications, who belongs where, and what was decided."""

from app.organisations.models.decisions import Condition, Decision, DecisionContest, ProposedDecision
from app.organisations.models.organisation import (
    LISTED,
    Duplicate,
    Merger,
    NameWord,
    Organisation,
    OrganisationArea,
    OrganisationIdentifier,
    OrganisationName,
    OrganisationTerm,
    ReportedArea,
    ReportedService,
)
from app.organisations.models.people import Invitation, Membership, OfficeHolder
from app.organisations.models.registration import CheckItem, Document, Evidence, Registration

__all__ = [
    "LISTED",
    "CheckItem",
    "Condition",
    "Decision",
    "DecisionContest",
    "Document",
    "Duplicate",
    "Evidence",
    "Invitation",
    "Membership",
    "Merger",
    "NameWord",
    "OfficeHolder",
    "Organisation",
    "OrganisationArea",
    "OrganisationIdentifier",
    "OrganisationName",
    "OrganisationTerm",
    "ProposedDecision",
    "Registration",
    "ReportedArea",
    "ReportedService",
]
