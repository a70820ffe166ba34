"""Doorbells of the assessment's background jobs."""

from core.jobs import JobHandle, job_handler


@job_handler("assessment.compute_run")
def compute_run(handle: JobHandle) -> None:
    from assessment import actions

    actions.compute_run(handle)


@job_handler("assessment.sheets_pdf")
def fill_sheets_pdf(handle: JobHandle) -> None:
    from assessment import actions

    actions.fill_sheets(handle)


@job_handler("assessment.sheets_xlsx")
def fill_sheets_xlsx(handle: JobHandle) -> None:
    from assessment import actions

    actions.fill_sheets(handle)
