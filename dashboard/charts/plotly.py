"""A picture on screen: its description as a Plotly dictionary, where every text is literal."""

from __future__ import annotations

from typing import Any

from dashboard.charts.description import (
    Area,
    Bars,
    Fill,
    Panel,
    Picture,
    Placed,
    Points,
    Rule,
    Scale,
    Segments,
    Stroke,
    Touch,
    Words,
    Zone,
)
from dashboard.charts.frame import map_limits
from dashboard.charts.names import placed
from dashboard.charts.palette import FONT, Palette

_AXIS = {"ticks": "", "automargin": True, "zerolinecolor": "white", "zerolinewidth": 2}
_TEMPLATE = {
    "data": {"bar": [{"type": "bar", "marker": {"line": {"color": "#E5ECF6", "width": 0.5}}}]},
    "layout": {
        "autotypenumbers": "strict",
        "hoverlabel": {"align": "left"},
        "xaxis": _AXIS,
        "yaxis": _AXIS,
    },
}
"""What our charts take from Plotly's own template, which is 7 kB of each of them."""
_HIDDEN = {"marker": {"opacity": 0}}
NARROW = 0.9
"""Width of a map on a telephone, as a share of its height."""
_TEXTS = "%{text}<extra></extra>"


def figure(picture: Picture) -> dict[str, Any]:
    """Return a picture as a Plotly figure: ``data`` in the order of the marks, and ``layout``."""
    colours = picture.colours
    layout: dict[str, Any] = {
        "bargap": picture.bar_gap,
        **colours.layout(),
        "template": _TEMPLATE,
        "hoverdistance": 14,
        "modebar": {
            "bgcolor": "rgba(0,0,0,0)",
            "color": colours.ink,
            "activecolor": colours.selected,
            "orientation": "v",
        },
        "yaxis": _axis(picture.y, colours, fixed=not picture.equal),
        "shapes": [],
        "annotations": [],
    }
    if picture.height is not None:
        layout["height"] = picture.height
    if picture.margins is not None:
        layout["margin"] = dict(zip("lrtb", picture.margins, strict=True))
    if picture.equal:
        # A way of dragging that flat charts do not have: Streamlit puts its own in the place of none, under
        # which a finger on the map could no longer scroll the page.
        layout["dragmode"] = "orbit"
        layout["yaxis"] |= {"scaleanchor": "x", "scaleratio": 1}
    data: list[dict[str, Any]] = []
    domains = picture.domains()
    for rank, (panel, domain) in enumerate(zip(picture.panels, domains, strict=True), start=1):
        axis = "x" if rank == 1 else f"x{rank}"
        layout[axis.replace("x", "xaxis")] = _axis(panel.x, colours, fixed=not picture.equal) | (
            {"domain": list(domain)} if len(domains) > 1 else {}
        )
        if picture.equal and panel.x.limits:
            # Plotly widens a range and never narrows it again: that of a first box too low would stay.
            layout[axis.replace("x", "xaxis")]["constrain"] = "domain"
        if panel.title:
            last = 1 < rank == len(domains)
            layout["annotations"].append(_title(panel, domain, colours, last=last))
        for mark in _named(panel, picture):
            match mark:
                case Rule() | Zone():
                    _across(layout, mark, axis, colours)
                case Words():
                    layout["annotations"].append(_words(mark, axis, colours))
                case _:
                    data.append(_trace(mark) | ({"xaxis": axis} if len(domains) > 1 else {}))
    if picture.wall is not None:
        for left in domains[:-1]:
            layout["shapes"].append(_line("paper", left[1] + picture.gap / 2, picture.wall))
    return {"data": data, "layout": layout}


def _named(panel: Panel, picture: Picture) -> list[Placed]:
    """Return the marks of a panel, its names kept apart in the smallest box that shows it."""
    high = picture.height or 380
    x, y = map_limits(panel, picture, NARROW * high, high)
    return placed(panel.marks, picture.colours.ink, (y[1] - y[0]) / high, (x, y))


def literal(text: str) -> str:
    """Return a text none of whose signs is markup; its lines are kept."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\n", "<br>")


def _stroke(stroke: Stroke) -> dict[str, Any]:
    return {"color": stroke.colour, "width": stroke.width, "dash": stroke.dash}


def _trace(mark: Points | Segments | Bars | Area | Touch) -> dict[str, Any]:
    # The points of a map that answer to the pointer say a few texts a thousand times.
    texts = {said: literal(said) for said in set(mark.hover)}
    hover = (
        {"text": [texts[said] for said in mark.hover], "hovertemplate": _TEXTS}
        if mark.hover
        else {"hoverinfo": "skip"}
    )
    common = {"type": "scatter", **({"name": literal(mark.name)} if mark.name else {}), **hover}
    match mark:
        case Bars():
            return _bars(mark, common)
        case Area():
            xs, ys = mark.line
            drawn = {**common, "mode": "lines", "x": xs, "y": ys, "line": _stroke(mark.edge)}
            return drawn if mark.fill is None else {**drawn, "fill": "toself", **_filled(mark.fill)}
        case Segments():
            xs = [x for low, high, _ in mark.rows for x in (low, high, None)]
            ys = [at for _, _, y in mark.rows for at in (y, y, None)]
            return {**common, "mode": "lines", "x": xs, "y": ys, "line": _stroke(mark.line)}
        case Touch():
            return {
                **common,
                "mode": "markers",
                "x": list(mark.x),
                "y": list(mark.y),
                "customdata": [[code] for code in mark.codes],
                "marker": {"size": 14, "opacity": 0},
                "selected": _HIDDEN,
                "unselected": _HIDDEN,
            }
        case Points():
            return {**common, "x": list(mark.x), "y": list(mark.y), **_pointed(mark)}


def _pointed(mark: Points) -> dict[str, Any]:
    modes = [name for name, has in (("lines", mark.line), ("markers", mark.symbol)) if has is not None]
    drawn: dict[str, Any] = {"mode": "+".join(modes)}
    if mark.line is not None:
        drawn["line"] = _stroke(mark.line)
    if mark.symbol is not None:
        size = mark.symbol.size
        drawn["marker"] = {
            "symbol": mark.symbol.shape,
            "color": mark.symbol.colour,
            "size": list(size) if isinstance(size, tuple) else size,
            "opacity": 1,
            **({"line": {"color": e.colour, "width": e.width}} if (e := mark.symbol.edge) else {}),
        }
        if mark.symbol.said and mark.symbol.edge is not None:
            drawn["mode"] += "+text"
            drawn["text"] = [literal(mark.symbol.said)] * len(mark.x)
            drawn["textfont"] = {"color": mark.symbol.edge.colour, "size": 11}
    return drawn


def _bars(mark: Bars, common: dict[str, Any]) -> dict[str, Any]:
    drawn: dict[str, Any] = {
        **common,
        "type": "bar",
        "textposition": "none",
        "x": list(mark.x),
        "y": list(mark.y),
        "marker": {"color": mark.fill.colour},
    }
    if mark.base:
        drawn["base"] = list(mark.base)
    if mark.width != 1:
        drawn |= {"width": mark.width, "offset": -mark.width / 2}
    if mark.edge is not None:
        if not mark.upper:
            drawn["marker"]["line"] = {"color": mark.edge.colour, "width": mark.edge.width}
        else:
            drawn["error_y"] = {
                "array": [u - y if u is not None else None for u, y in zip(mark.upper, mark.y, strict=True)],
                "arrayminus": [
                    y - low if low is not None else None for low, y in zip(mark.lower, mark.y, strict=True)
                ],
                "color": mark.edge.colour,
                "thickness": 1.5,
                "width": 3,
            }
    drawn["marker"]["pattern"] = {
        "shape": mark.fill.pattern,
        "fillmode": "overlay",
        "size": 7,
        "fgcolor": mark.fill.ink,
        "fgopacity": 1,
        "solidity": 0.28,
    }
    return drawn


def _filled(fill: Fill) -> dict[str, Any]:
    drawn: dict[str, Any] = {"fillcolor": fill.colour, "opacity": fill.opacity}
    if fill.pattern:
        look = {"shape": fill.pattern, "fgcolor": fill.ink, "bgcolor": fill.colour, "size": 7}
        drawn["fillpattern"] = look
    return drawn


def _axis(scale: Scale, colours: Palette, *, fixed: bool) -> dict[str, Any]:
    if not scale.visible:
        hidden: dict[str, Any] = {"visible": False, "fixedrange": fixed}
        return hidden | ({"range": list(scale.limits)} if scale.limits else {})
    drawn: dict[str, Any] = {
        "fixedrange": fixed,
        "automargin": True,
        "showgrid": scale.grid,
        "zeroline": scale.zero is not None,
        "gridcolor": colours.absent,
        "griddash": "dot",
        "gridwidth": 0.5,
        "tickfont": {"size": scale.size},
    }
    if scale.zero is not None:
        drawn |= {"zerolinecolor": scale.zero.colour, "zerolinewidth": scale.zero.width}
    if scale.limits is not None:
        drawn["range"] = list(scale.limits)
    if scale.ticks is None:
        drawn |= {
            "ticksuffix": scale.suffix,
            "tickformat": f",.{scale.decimals}f",
            "nticks": scale.count,
        }
    else:
        drawn |= {
            "tickmode": "array",
            "tickangle": -90 if scale.upright else 0,
            "tickvals": [at for at, _ in scale.ticks],
            "ticktext": [literal(said) for _, said in scale.ticks],
        }
    if scale.title:
        drawn["title"] = {"text": literal(scale.title), "font": {"family": FONT, "size": 12}, "standoff": 6}
    return drawn


def _across(layout: dict[str, Any], mark: Rule | Zone, axis: str, colours: Palette) -> None:
    """Draw what goes from one side of the frame to the other, its name at its end."""
    if isinstance(mark, Zone):
        corners = {"xref": "paper", "x0": 0, "x1": 1, "y0": mark.low, "y1": mark.high}
        look = {"fillcolor": mark.fill.colour, "opacity": mark.fill.opacity, "line": {"width": 0}}
        layout["shapes"].append({"type": "rect", "layer": "below", **corners, **look})
        at, size = max(mark.low, mark.high) - 0.2, 13.0
        placed: dict[str, Any] = {"xref": "paper", "x": 1, "xanchor": "right", "y": at}
    elif mark.upright:
        layout["shapes"].append(_line(axis, mark.at, mark.stroke))
        placed, size = {"xref": axis, "x": mark.at, "y": 1, "yref": "paper"}, mark.size
    else:
        ends = {"xref": "paper", "x0": 0, "x1": 1, "y0": mark.at, "y1": mark.at}
        layout["shapes"].append({"type": "line", **ends, "line": _stroke(mark.stroke)})
        placed, size = {"xref": "paper", "x": 1, "xanchor": "right", "y": mark.at}, mark.size
    if mark.said:
        said = {"text": literal(mark.said), "yanchor": "bottom", "showarrow": False}
        font = {"family": FONT, "size": size, "color": colours.ink}
        layout["annotations"].append({**placed, **said, "font": font})


def _line(axis: str, x: float, stroke: Stroke) -> dict[str, Any]:
    ends = {"xref": axis, "x0": x, "x1": x, "yref": "paper", "y0": 0, "y1": 1}
    return {"type": "line", **ends, "line": _stroke(stroke)}


def _words(mark: Words, axis: str, colours: Palette) -> dict[str, Any]:
    said = literal(mark.said)
    return {
        "xref": axis,
        "x": mark.x,
        "y": mark.y,
        "text": f"<b>{said}</b>" if mark.bold else said,
        "showarrow": False,
        "xanchor": mark.anchor,
        "yshift": mark.shift,
        "font": {"family": FONT, "size": mark.size, "color": colours.ink},
        "captureevents": False,
    }


def _title(panel: Panel, domain: tuple[float, float], colours: Palette, *, last: bool) -> dict[str, Any]:
    side = "right" if last else "left"
    return {
        "xref": "paper",
        # At the outer edges: on a telephone the titles of two panels would touch.
        "x": domain[last],
        "xanchor": side,
        "align": side,
        "y": 1,
        "yref": "paper",
        "yanchor": "bottom",
        "yshift": 18,
        # On two lines: on a telephone a panel is narrower than its title.
        "text": f"<b>{literal(panel.title.replace(' ', chr(10), 1))}</b>",
        "showarrow": False,
        "font": {"family": FONT, "size": 13, "color": colours.ink},
    }
