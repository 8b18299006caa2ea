"""What all pages share: frame, forms, words, sessions, errors, headers, styles."""
