"""Validates a report against the JSON Schema that it names: validate.py REPORT FOLDER_OF_SCHEMAS"""
import json
import pathlib
import sys

import jsonschema

report = json.loads(pathlib.Path(sys.argv[1]).read_text())
name = report["schema"].removeprefix("archcalc.").replace("/", "-")
schema = json.loads((pathlib.Path(sys.argv[2]) / f"{name}.schema.json").read_text())
jsonschema.Draft202012Validator.check_schema(schema)
jsonschema.Draft202012Validator(schema).validate(report)
