"""The workflow: pull, translate, store, classify, audit, propose, approve, apply, report."""
