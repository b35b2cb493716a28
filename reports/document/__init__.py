"""Files to take along: one document of parts, which writers turn into PDF, slides, workbook and CSV."""
