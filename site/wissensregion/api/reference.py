"""The reference: the OpenAPI document, and the same as a page to read without scripts."""

from __future__ import annotations

from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.utils import translation
from django.utils.html import format_html, format_html_join
from pydantic_core import from_json, to_json

from wissensregion.api.door import PROBLEM, answer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest, HttpResponse
    from django.utils.safestring import SafeString
    from ninja import NinjaAPI

PROBLEM_SCHEMA = "Problem"


@cache
def document(api: NinjaAPI) -> dict[str, Any]:
    """Describe the API as JSON knows it; it changes only with a new start."""
    described: dict[str, Any] = from_json(to_json(api.get_openapi_schema(), fallback=str))
    # The preview has errors of its own.
    if PROBLEM_SCHEMA in described["components"]["schemas"]:
        for operations in described["paths"].values():
            for operation in operations.values():
                _name_problems(operation)
    return described


def _name_problems(operation: dict[str, Any]) -> None:
    """Add the errors no router has to mention, and say of all of them what they look like."""
    responses = operation["responses"]
    for status in _own_problems(operation):
        responses.setdefault(str(status.value), {"description": status.phrase})
    for status, response in responses.items():
        if int(status) >= HTTPStatus.BAD_REQUEST:
            # The router would describe every answer as JSON.
            reference = f"#/components/schemas/{PROBLEM_SCHEMA}"
            response["content"] = {PROBLEM: {"schema": {"$ref": reference}}}
    operation["responses"] = dict(sorted(responses.items()))


def _own_problems(operation: dict[str, Any]) -> Iterator[HTTPStatus]:
    """Yield what the front door answers where a question makes no sense."""
    takes_body = "requestBody" in operation
    if takes_body:
        yield HTTPStatus.BAD_REQUEST
    if any(parameter["in"] == "path" for parameter in operation["parameters"]):
        yield HTTPStatus.NOT_FOUND
    if takes_body or operation["parameters"]:
        yield HTTPStatus.UNPROCESSABLE_ENTITY


def openapi(request: HttpRequest, api: NinjaAPI) -> HttpResponse:
    return answer(document(api))


def docs(request: HttpRequest, api: NinjaAPI) -> HttpResponse:
    described = document(api)
    schemas = described["components"]["schemas"]
    context = {
        "info": described["info"],
        "openapi_url": request.path.removesuffix("docs/") + "openapi.json",
        "operations": list(_operations(described["paths"])),
        "schemas": [_schema(name, schemas[name]) for name in sorted(schemas)],
    }
    # Developers of any country read it.
    with translation.override("en"):
        return render(request, "api/docs.html", context)


def _operations(paths: dict[str, dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for path, operations in paths.items():
        for method, operation in operations.items():
            yield {
                "id": operation["operationId"],
                "method": method.upper(),
                "path": path,
                "description": operation.get("description", operation["summary"]),
                "parameters": [
                    {**parameter, "kind": kind(parameter["schema"])}
                    for parameter in operation["parameters"]
                ],
                "body": _content(operation.get("requestBody", {})),
                "responses": [
                    (status, response["description"], _content(response))
                    for status, response in operation["responses"].items()
                ],
            }


def _schema(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    needed = schema.get("required", ())
    return {
        "name": name,
        "description": schema.get("description", ""),
        "properties": [
            (key, key in needed, kind(value), value.get("description", ""))
            for key, value in schema.get("properties", {}).items()
        ],
    }


def _content(described: dict[str, Any]) -> SafeString | str:
    contents = described.get("content", {}).values()
    return next((kind(content["schema"]) for content in contents), "")


def kind(schema: dict[str, Any]) -> SafeString | str:
    """Say in words what a schema takes, with links to the objects it names."""
    if reference := schema.get("$ref"):
        name = reference.rpartition("/")[2]
        return format_html('<a href="#{}">{}</a>', name, name)
    if choice := schema.get("oneOf") or schema.get("anyOf") or schema.get("allOf"):
        return format_html_join(" or ", "{}", ((kind(each),) for each in choice))
    if schema.get("type") == "array":
        return format_html("list of {}", kind(schema.get("items", {})))
    if words := schema.get("enum"):
        return format_html_join(" or ", "<code>{}</code>", ((word or '""',) for word in words))
    if "const" in schema:
        return format_html("<code>{}</code>", schema["const"])
    named: str = schema.get("format") or schema.get("type", "anything")
    return named
