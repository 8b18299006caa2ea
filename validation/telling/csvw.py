"""A sheet's contract as CSV on the Web metadata (W3C), so that other programs can read and check the same return."""

from typing import Any

from validation.contract.model import Column, Contract, Sheet

_TYPES: dict[str, Any] = {
    "integer": "integer",
    "decimal": "decimal",
    "date": {"base": "date", "format": "dd/MM/yyyy"},
    "datetime": {"base": "dateTime", "format": "dd/MM/yyyy HH:mm"},
    "bool": {"base": "boolean", "format": "Yes|No"},
}


def metadata(contract: Contract, sheet: Sheet) -> dict[str, Any]:
    """Return the metadata document of one sheet sent as CSV."""
    name = contract.code if sheet is contract.main else f"{contract.code} {sheet.name}"
    # A key of CSV on the Web has no blanks; where ours may (an unborn child has no number), there is none to state.
    whole = all(sheet.column(key).required == "yes" for key in sheet.key)
    schema: dict[str, Any] = {"columns": [_column(c) for c in sheet.columns]}
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": f"{name}.csv",
        "dc:title": contract.title,
        "dc:description": contract.purpose,
        "tableSchema": {**schema, "primaryKey": list(sheet.key)} if whole else schema,
    }


def _column(column: Column) -> dict[str, Any]:
    described: dict[str, Any] = {
        "name": column.name,
        "titles": column.name,
        "dc:description": column.guidance,
        "datatype": _datatype(column),
        "required": column.required == "yes",
    }
    return {**described, "separator": ";"} if column.type == "list" else described


def _datatype(column: Column) -> Any:
    if column.codes:
        return {"base": "string", "format": "|".join(column.codes.values)}
    limits = {"minimum": column.minimum, "maximum": column.maximum}
    stated = {key: limit for key, limit in limits.items() if limit is not None}
    base = _TYPES.get(column.type, "string")
    return {"base": base, **stated} if stated else base
