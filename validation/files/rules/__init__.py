"""Every rule about a file as a file, by what a reader looks for: template, sheets, headers, rows and cells."""

from validation.files.refusals import REFUSALS
from validation.files.rules.cells import CELL_RULES
from validation.files.rules.characters import CHARACTER_RULES
from validation.files.rules.headers import HEADER_RULES
from validation.files.rules.rows import ROW_RULES
from validation.files.rules.sheets import SHEET_RULES
from validation.files.rules.template import TEMPLATE_RULES

FILE_RULES = (*TEMPLATE_RULES, *SHEET_RULES, *HEADER_RULES, *ROW_RULES, *CELL_RULES, *CHARACTER_RULES, *REFUSALS)
