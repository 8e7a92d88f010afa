"""通报: one month of a place on paper and as a workbook. `content` counts, `book` and `papers.bulletin` set it."""
