"""What is wrong with a record when it is wrong: a person must look, the program must not go on."""


class RecordAlarm(Exception):
    """Something is the case that should not be; nothing was overwritten."""


class RecordDiffers(RecordAlarm):
    """The repository and the revision rows tell different stories. Nothing is rewritten; the operator decides."""


class RepositoryFailed(RecordAlarm):
    """git could not do what it was asked: a full disk, a missing program, a broken repository."""
