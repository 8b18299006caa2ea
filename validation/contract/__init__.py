"""What a contract is made of: sheets, columns, rules, code sets, context, and what a check comes to."""
