"""The suites that are not differential: unit, vm, boot, interactive."""


def names(a):
    return []


def before(a, report):
    pass


def after(a, report):
    pass
