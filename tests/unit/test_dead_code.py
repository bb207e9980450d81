"""No function, class or constant stays when the last one that used it is gone; what only a test uses is dead.

``vulture`` looks names up wherever they stand; here a name counts as used only from its own module, or
through an import of it.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[2]
CALLED_FROM_OUTSIDE = {
    ("dashboard.app", "app"): "Streamlit",
    ("dashboard.pages.barometre.page", "ahead"): "dashboard.shell.ahead, which asks each page for it",
    ("dashboard.pages.fiche.page", "ahead"): "dashboard.shell.ahead, which asks each page for it",
    ("dashboard.pages.suivi.page", "ahead"): "dashboard.shell.ahead, which asks each page for it",
    ("pipelines.definitions", "defs"): "dagster",
}


def modules() -> dict[str, ast.Module]:
    """Every module of the project, by dotted name."""
    found = {}
    for package in ("sources", "indicators", "pipelines", "dashboard"):
        for path in (ROOT / package).rglob("*.py"):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            found[name] = ast.parse(path.read_text(encoding="utf-8"))
    return found


def used_names(trees: dict[str, ast.Module]) -> dict[str, set[str]]:
    """The names of each module that something reads: the module itself, or through an import."""
    used: dict[str, set[str]] = defaultdict(set)
    for name, tree in trees.items():
        aliases = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                for one in node.names:
                    used[node.module].add(one.name)
                    aliases[one.asname or one.name] = f"{node.module}.{one.name}"
        # To be in ``__all__`` is not to be used.
        read = [node for part in tree.body if not _listing(part) for node in ast.walk(part)]
        for node in read:
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                used[aliases.get(node.value.id, "")].add(node.attr)
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                used[name].add(node.id)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                # A type in quotes.
                used[name].add(node.value)
    return used


def _listing(part: ast.stmt) -> bool:
    return isinstance(part, ast.Assign) and ast.unparse(part.targets[0]) == "__all__"


def defined(tree: ast.Module) -> list[str]:
    """Names a module declares at its top, those a decorator hands over left out."""
    found = []
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found += [node.name] if not node.decorator_list or isinstance(node, ast.ClassDef) else []
        elif isinstance(node, ast.Assign):
            found += [target.id for target in node.targets if isinstance(target, ast.Name)]
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found.append(node.target.id)
    return [name for name in found if not name.startswith("__")]


def unused(trees: dict[str, ast.Module]) -> list[str]:
    """Every name nothing reads, as ``module.name``."""
    used = used_names(trees)
    return [
        f"{module}.{name}"
        for module, tree in trees.items()
        # The registry finds the indicators of every module of themes.
        for name in defined(tree)
        if name not in used[module]
        and (module, name) not in CALLED_FROM_OUTSIDE
        and not (module.startswith("indicators.themes.") and name == "INDICATORS")
    ]


def test_nothing_at_the_top_of_a_module_is_unused() -> None:
    assert unused(modules()) == []


def test_a_name_that_only_looks_alike_does_not_save_another() -> None:
    trees = {
        "a": ast.parse("def lowered(): ...\nLIMIT = 3\ndef kept(): ...\n__all__ = ['LIMIT']"),
        "b": ast.parse("from a import kept\ndef lowered(): ...\nlowered(kept())"),
    }
    assert unused(trees) == ["a.lowered", "a.LIMIT"]
