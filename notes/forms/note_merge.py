"""What the note form holds against a note that somebody saved meanwhile: also its sections, workloads and hashtags."""

from typing import Any

from accounts.merging import rows_at
from accounts.versioned_form import VersionedForm
from notes.models import Note, NoteTag, NoteWorkload, Tag


class MergedNote(VersionedForm):
    """The parts of a note that stand outside its columns, as they were at an earlier version."""

    # The Risks box adds, whatever stands; the others are asked of the one who writes.
    unkept = frozenset({"risks", "paste", "written_as", "rewrite_reason", "request"})
    between = {"tags": " "}

    @property
    def covers(self) -> set[str]:
        """With the columns that sections show, and the prose of all sections."""
        columns = {section.column for section in self.sections if section.column}  # type: ignore[attr-defined]
        return super().covers | columns | {"sections", "next_action_person"}

    def kept_values(self, kept: Any) -> dict[str, Any]:
        """With sections, workloads and the hashtags of the tag field."""
        values = super().kept_values(kept)
        note = Note(**{column.attname: getattr(kept, column.attname) for column in type(kept).tracked_fields})
        values |= {section.field: note.section_values.get(section.field, "") for section in self.sections}  # type: ignore[attr-defined]
        workloads = rows_at(NoteWorkload, "note_id", self.instance, kept.version)
        if workloads is not None:
            values["workloads"] = sorted(row.workload_id for row in workloads.values())
        tags = rows_at(NoteTag, "content_object_id", self.instance, kept.version)
        if tags is not None:
            keys = [tags[key].tag_id for key in sorted(tags) if tags[key].in_field]
            names = dict(Tag.objects.filter(pk__in=keys).values_list("pk", "name"))
            values["tags"] = " ".join(f"#{names[key]}" for key in keys if key in names)
        return {name: value for name, value in values.items() if name in self._held_names}
