"""The artifacts of a build, one row each. The command line reads this table, so makers are imported when called."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from rolecards.papers.sheets import PrintOptions
    from rolecards.release.choice import Choice
    from rolecards.release.edition import Artifact, Edition


class ArtifactType(NamedTuple):
    """A file that a build makes for learners."""

    name: str  # what `--only` takes
    noun: str  # what messages call it
    suffix: str  # the end of its file name, after the deck's id
    maker: str  # `module:function`; it takes an Edition and PrintOptions, and returns None if there is nothing to make
    on_paper: bool = False  # whether it depends on every text and on the print options
    always_whole: bool = False  # whether it is the same for every choice of notes

    def file_name(self, edition: Edition, choice: Choice) -> str:
        """The name of its file in the output folder; a choice of notes has files of its own."""
        return f"{edition.content.deck.id}{'' if self.always_whole else choice.label}{self.suffix}"

    def make(self, edition: Edition, options: PrintOptions) -> Artifact | None:
        """The artifact, if there is one to make. Raises ContentError with its problems, or OSError."""
        from importlib import import_module  # noqa: PLC0415 - `--version` and `--help` make nothing

        module, _, function = self.maker.partition(":")
        artifact: Artifact | None = getattr(import_module(module), function)(edition, options)
        return artifact


ARTIFACTS = {
    row.name: row
    for row in (
        ArtifactType("apkg", "Anki deck", ".apkg", "rolecards.export.apkg:deck"),
        ArtifactType(
            "retired",
            "package to remove retired cards",
            "-retired.apkg",
            "rolecards.export.apkg:retired",
            always_whole=True,
        ),
        ArtifactType("handout", "study guide", "-handout.pdf", "rolecards.papers.handout:handout", on_paper=True),
        ArtifactType("quiz", "quiz with answers", "-quiz.pdf", "rolecards.papers.quiz:quiz", on_paper=True),
        ArtifactType("cards", "cards to cut out", "-cards.pdf", "rolecards.papers.cutouts:cutouts", on_paper=True),
    )
}
