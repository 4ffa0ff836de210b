"""Whether a Word template can be used: looked through part by part, then filled with the form's sample."""

from __future__ import annotations

from hmaint.errors import BadFile
from hmaint.kit.i18n import _
from hmaint.report.agreement import disagreements
from hmaint.report.docx import render_form
from hmaint.report.form import Form
from hmaint.report.template import template_faults


def lint(template: bytes, form: Form) -> list[str]:
    """Everything wrong with a template, one line each; empty when it may be used."""
    faults = template_faults(template, form)
    if faults:
        return faults
    try:
        sample = form.example()
        faults = [
            _("sample data: {fault}").format(fault=fault) for fault in disagreements(sample, form.fields)
        ]
        if not faults:
            render_form(form, template, sample)
    except BadFile as bad:
        return [fault.message for fault in bad.faults]
    return faults
