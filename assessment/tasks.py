"""Doorbells of the assessment's background jobs."""

from core.jobs import JobHandle, job_handler


@job_handler("assessment.compute_run", is_stoppable=True)
def compute_run(handle: JobHandle) -> None:
    from assessment import actions

    actions.compute_run(handle)


@job_handler("assessment.sheets_pdf", is_stoppable=True)
def fill_sheets_pdf(handle: JobHandle) -> None:
    from assessment import actions

    actions.fill_sheets(handle)


@job_handler("assessment.sheets_xlsx", is_stoppable=True)
def fill_sheets_xlsx(handle: JobHandle) -> None:
    from assessment import actions

    actions.fill_sheets(handle)


@job_handler("assessment.rehearse", is_stoppable=True)
def rehearse(handle: JobHandle) -> None:
    from assessment import actions

    actions.carry_out_rehearsal(handle)
