"""Templates compiled for one language: what is the same on every page is worked out once.

A sentence, an address or an icon whose arguments stand in the template can only ever come out one way in one
language. Jinja would make it anew for every page, which took most of the time that a page takes; here it becomes
part of the compiled template.
"""

from collections.abc import Callable, Mapping
from typing import Any, cast

import jinja2
from jinja2 import nodes
from jinja2.compiler import CodeGenerator
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

Calls = Mapping[str, Callable[..., Any]]
_NEEDS_ITS_CALL = frozenset({"caller", "varargs", "kwargs"})


def written(value: object) -> str:
    """`value` as it is put on a page: escaped, unless it is markup already."""
    kind = type(value)
    if kind is Markup:
        return cast(Markup, value)
    return str(value) if kind is int else escape(value)


class _Writer(CodeGenerator):
    """Puts values on the page by `written`, which leaves finished markup alone."""

    def _output_child_pre(self, node: nodes.Expr, frame: Any, finalize: Any) -> None:
        if frame.eval_ctx.autoescape and not frame.eval_ctx.volatile and finalize.src is None:
            self.write("environment.written(")
        else:
            super()._output_child_pre(node, frame, finalize)


class Folding(jinja2.Environment):
    """The templates of one language.

    `translate` is what `_` says in it. `pure` are the other global functions whose result depends on their arguments
    and the language alone. `macros`: fold calls of imported macros too (not while templates are being edited, since
    a page would keep the old ones).
    """

    code_generator_class = _Writer
    written = staticmethod(written)

    def __init__(self, *, translate: Callable[[str], str], pure: Calls, macros: bool, **options: Any) -> None:
        super().__init__(**options)
        self.translate = translate
        self.pure: dict[str, Callable[..., Any]] = {**pure, "_": self.sentence}
        self.folds_macros = macros
        self._pure_macros: dict[str, frozenset[str]] = {}

    def sentence(self, message: str, **values: object) -> Markup:
        """What Jinja's newer gettext makes: markup, with `values` in its named places."""
        return Markup(self.translate(message)) % values  # noqa: S704 - a sentence of ours

    def make_globals(self, d: Any) -> Any:
        # A dict, not a chain of them: every page and every import of a macro goes over its keys.
        return {**self.globals, **d} if d else self.globals

    def _generate(
        self, source: nodes.Template, name: str | None, filename: str | None, defer_init: bool = False
    ) -> str:
        folded = _Folder(self, source, name).visit(source)
        return super()._generate(folded, name, filename, defer_init)

    def pure_macros(self, name: str) -> frozenset[str]:
        """The macros of the template `name` that make the same of the same arguments, whoever is reading."""
        if name not in self._pure_macros:
            self._pure_macros[name] = (
                frozenset()
            )  # while it is being found out, for templates that import each other
            source = cast(jinja2.BaseLoader, self.loader).get_source(self, name)[0]
            self._pure_macros[name] = _pure_macros(self, self.parse(source, name))
        return self._pure_macros[name]


def _pure_macros(environment: Folding, tree: nodes.Template) -> frozenset[str]:
    known = set(environment.pure)
    for imported in tree.find_all(nodes.FromImport):
        known.update(alias for macro, alias in _imports(imported) if macro in _pure_of(environment, imported))
    for assigned in tree.body:
        if (
            isinstance(assigned, nodes.Assign)
            and isinstance(assigned.target, nodes.Name)
            and not _unknown(assigned.node, known)
        ):
            known.add(assigned.target.name)
    found: set[str] = set()
    for macro in tree.body:  # one may use those that stand before it
        if (
            isinstance(macro, nodes.Macro)
            and not _unknown(macro, known)
            and not _has_statements_that_look_outside(macro)
        ):
            known.add(macro.name)
            found.add(macro.name)
    return frozenset(found)


def _unknown(node: nodes.Node, known: set[str]) -> set[str]:
    """Names that are read in `node` and neither known nor its own."""
    names = list(node.find_all(nodes.Name))
    own = {name.name for name in names if name.ctx in {"store", "param"}} - _NEEDS_ITS_CALL
    return {name.name for name in names if name.ctx == "load"} - own - known - {"loop"}


def _has_statements_that_look_outside(macro: nodes.Macro) -> bool:
    outside = (
        nodes.Include,
        nodes.Import,
        nodes.FromImport,
        nodes.CallBlock,
        nodes.ContextReference,
        nodes.DerivedContextReference,
    )
    return next(macro.find_all(outside), None) is not None


def _imports(node: nodes.FromImport) -> list[tuple[str, str]]:
    """(its name there, its name here) of what is imported."""
    return [(name, name) if isinstance(name, str) else name for name in node.names]


def _pure_of(environment: Folding, node: nodes.FromImport) -> frozenset[str]:
    if isinstance(node.template, nodes.Const) and not node.with_context and environment.folds_macros:
        return environment.pure_macros(node.template.value)
    return frozenset()


class _Folder(NodeTransformer):
    """Puts results in the place of calls that have only one."""

    def __init__(self, environment: Folding, tree: nodes.Template, name: str | None) -> None:
        self.environment = environment
        self.evaluation = nodes.EvalContext(environment, name)
        own = {name.name for name in tree.find_all(nodes.Name) if name.ctx in {"store", "param"}}
        own |= {macro.name for macro in tree.find_all(nodes.Macro)}
        self.calls = {name: call for name, call in environment.pure.items() if name not in own}
        self.macros = self._macros(tree, own)

    def _macros(self, tree: nodes.Template, own: set[str]) -> dict[str, tuple[str, str]]:
        """Name here -> template and name there, of imported macros that can be folded."""
        sources: dict[str, set[tuple[str, str]]] = {}
        for node in tree.find_all(nodes.FromImport):
            pure = _pure_of(self.environment, node)
            for macro, alias in _imports(node):
                template = node.template.value if isinstance(node.template, nodes.Const) else ""
                sources.setdefault(alias, set()).add((template, macro) if macro in pure else ("", ""))
        single = {
            alias: next(iter(some)) for alias, some in sources.items() if len(some) == 1 and alias not in own
        }
        return {alias: source for alias, source in single.items() if source[0]}

    def visit_Call(self, node: nodes.Call, *more: Any) -> nodes.Node:  # noqa: N802 - Jinja's name for it
        self.generic_visit(node)
        called = node.node
        if not isinstance(called, nodes.Name) or node.dyn_args or node.dyn_kwargs:
            return node
        try:
            arguments = [each.as_const(self.evaluation) for each in node.args]
        except nodes.Impossible:
            return node
        try:
            named = {each.key: each.value.as_const(self.evaluation) for each in node.kwargs}
        except nodes.Impossible:
            return self._sentence(node, arguments) if called.name == "_" and "_" in self.calls else node
        return self._folded(called.name, arguments, named, node)

    def _sentence(self, node: nodes.Call, arguments: list[Any]) -> nodes.Node:
        """A sentence with named places: translated now, filled in when the page is made."""
        pairs = [nodes.Pair(nodes.Const(each.key), each.value) for each in node.kwargs]
        translated = nodes.Const(Markup(self.environment.translate(*arguments)))  # noqa: S704 - a sentence of ours
        return nodes.Mod(translated, nodes.Dict(pairs), lineno=node.lineno)

    def _folded(self, name: str, arguments: list[Any], named: dict[str, Any], node: nodes.Call) -> nodes.Node:
        try:
            if name in self.calls:
                value = self.calls[name](*arguments, **named)
            elif name in self.macros:
                template, macro = self.macros[name]
                value = getattr(self.environment.get_template(template).module, macro)(*arguments, **named)
            else:
                return node
        except (jinja2.TemplateError, TypeError, LookupError, ValueError):
            return node  # whatever is wrong with it is said when the page is made
        return nodes.Const(value, lineno=node.lineno) if isinstance(value, str) else node

    def visit_Block(self, node: nodes.Block, *more: Any) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        read = {name.name for name in node.find_all(nodes.Name)}
        node.body = [each for each in node.body if not _is_needless(each, read)]
        return node


def _is_needless(node: nodes.Node, read: set[str]) -> bool:
    return isinstance(node, nodes.FromImport) and not any(alias in read for _, alias in _imports(node))
