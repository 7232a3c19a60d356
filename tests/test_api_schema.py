"""The API keeps what its own document says, whatever it is asked: schemathesis makes up the questions."""

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from app import main
from app.kernel import settings as settings_module
from tests.visits import Visit

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 12


def _operations() -> list[schemathesis.APIOperation]:
    described = main.build(settings_module.read({}), "postgresql://nowhere/none").openapi()
    found = [operation.ok() for operation in schemathesis.openapi.from_dict(described).get_all_operations()]
    return [operation for operation in found if operation.path.startswith("/api/")]


OPERATIONS = _operations()


@pytest.mark.parametrize("operation", OPERATIONS, ids=[operation.label for operation in OPERATIONS])
@settings(max_examples=EXAMPLES, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
async def test_every_address_answers_as_the_document_says(visit: Visit, operation, data):
    case = data.draw(operation.as_strategy())
    asked = case.as_transport_kwargs(base_url="http://roundtable.test")
    request = httpx.Request(
        **{name: asked[name] for name in ("method", "url", "params", "headers") if name in asked}
    )
    answer = await visit.client.send(request)
    case.validate_response(answer, checks=CHECKS)


async def test_what_is_there_answers_as_the_document_says(visit: Visit):
    """With ids and codes of the demonstration, which nobody would guess."""
    for operation in OPERATIONS:
        values = visit.things(operation.path)
        assert values is not None, f"the demonstration has nothing at {operation.path}"
        case = operation.Case(path_parameters=dict(values))
        answer = await visit.client.get(case.formatted_path)
        case.validate_response(answer, checks=CHECKS)
        assert answer.status_code in {200, 422}, (operation.label, answer.text[:200])
