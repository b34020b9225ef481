"""The contract and its reference page, made from the code: ``contract/openapi.json``, ``docs/reference/api.md``."""

import json
from collections.abc import Mapping
from typing import Any

from okibi.api.api import api
from okibi.api.openapi import METHODS, document
from okibi.api.problems import KINDS, STATUS_OF_CODE
from okibi.ops.reference_tables import MADE, table

CONTRACT = "contract/openapi.json"
PAGE = "docs/reference/api.md"
ABOUT = """The public API in one table. The contract itself is [contract/openapi.json](../../contract/openapi.json)
(OpenAPI 3.1), examples of requests and answers are in `contract/examples`; how to use it:
[Use the API](../howto/use-the-api.md). Every address begins with `/api/v1`.
"""
PROBLEMS = """Errors are RFC 9457 documents (`application/problem+json`): `type`, `title`, `status`, `detail`, `code`,
and `errors` with a `field` and a `detail` each. Beside these general codes, rooms have [their own](errors.md): by
family `input` is 422, `not_allowed` 404, `conflict` 409, `outside` 503, and these differ:
"""


def contract() -> str:
    """The OpenAPI document."""
    return json.dumps(document(api), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def page() -> str:
    """Every operation, every general problem."""
    found = document(api)
    rows = [
        [f"`{method.upper()} {path.removeprefix('/api/v1')}`", _who(operation), operation["summary"], _says(operation)]
        for path, operations in sorted(found["paths"].items())
        for method, operation in operations.items()
        if method in METHODS
    ]
    problems = [[f"`{code}`", str(kind.status), kind.title.en, kind.title.ru] for code, kind in KINDS.items()]
    special = [[f"`{code}`", str(status)] for code, status in STATUS_OF_CODE.items()]
    parts = ["# API\n", MADE, ABOUT, table(["operation", "who", "name", "what"], rows), "## Problems · Ошибки\n"]
    parts += [table(["code", "status", "English", "русский"], problems), PROBLEMS, table(["code", "status"], special)]
    return "\n".join(parts)


def _who(operation: Mapping[str, Any]) -> str:
    names = {"DeviceToken": "device", "ApiKey": "key", "EnrolmentSecret": "enrolment"}
    kinds = [names[name] for each in operation.get("security", []) for name in each]
    return ", ".join(kinds) + (" or nobody" if {} in operation.get("security", []) else "")


def _says(operation: Mapping[str, Any]) -> str:
    return " ".join(str(operation.get("description", "")).split())
