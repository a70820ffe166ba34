// Where the points of a network stand: connected areas first, each laid out by forces and packed
// in rows, then lone points in a grid. The same data always gives the same picture.
(() => {
  const STEP = 1;
  const ROUNDS = 260;
  const MOST_SCALE = 110;
  const LONE_GAP = 18;
  const GRAVITY = 0.06;
  const GOLDEN_ANGLE = 2.399963;

  function areas(nodes, links) {
    const parent = new Map(nodes.map((node) => [node.id, node.id]));
    const root = (id) => {
      let at = id;
      while (parent.get(at) !== at) {
        parent.set(at, parent.get(parent.get(at)));
        at = parent.get(at);
      }
      return at;
    };
    const known = links.filter((link) => parent.has(link.source) && parent.has(link.target));
    for (const link of known) parent.set(root(link.source), root(link.target));
    const groups = new Map();
    for (const node of nodes) {
      const key = root(node.id);
      if (!groups.has(key)) groups.set(key, { ids: [], links: [] });
      groups.get(key).ids.push(node.id);
    }
    for (const link of known) groups.get(root(link.source)).links.push(link);
    return [...groups.values()].sort((a, b) => b.ids.length - a.ids.length);
  }

  // Fruchterman–Reingold from a sunflower start: no chance in it.
  function spread({ ids, links }) {
    const places = ids.map((_, index) => {
      const radius = STEP * Math.sqrt(index + 0.5);
      return { x: radius * Math.cos(index * GOLDEN_ANGLE), y: radius * Math.sin(index * GOLDEN_ANGLE) };
    });
    const at = new Map(ids.map((id, index) => [id, places[index]]));
    const pairs = links.map((link) => [at.get(link.source), at.get(link.target)]);
    const rounds = ids.length > 200 ? ROUNDS / 2 : ROUNDS;
    for (let round = 0; round < rounds; round += 1) {
      relax(places, pairs, (1 - round / rounds) * Math.sqrt(ids.length) * 0.25);
    }
    layFlat(places);
    return places;
  }

  // Turns an area so that its long axis lies level: rows of areas then waste little room.
  function layFlat(places) {
    const mean = (key) => places.reduce((sum, place) => sum + place[key], 0) / places.length;
    const [x0, y0] = [mean("x"), mean("y")];
    let [xx, yy, xy] = [0, 0, 0];
    for (const { x, y } of places) {
      xx += (x - x0) ** 2;
      yy += (y - y0) ** 2;
      xy += (x - x0) * (y - y0);
    }
    const angle = -0.5 * Math.atan2(2 * xy, xx - yy);
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    for (const place of places) {
      const [x, y] = [place.x - x0, place.y - y0];
      Object.assign(place, { x: x * cos - y * sin, y: x * sin + y * cos });
    }
  }

  function relax(places, pairs, heat) {
    for (const place of places) Object.assign(place, { dx: -place.x * GRAVITY, dy: -place.y * GRAVITY });
    for (let i = 0; i < places.length; i += 1) {
      for (let j = i + 1; j < places.length; j += 1) push(places[i], places[j]);
    }
    for (const [one, other] of pairs) pull(one, other);
    for (const place of places) {
      const length = Math.hypot(place.dx, place.dy) || 1;
      const reach = Math.min(length, heat) / length;
      place.x += place.dx * reach;
      place.y += place.dy * reach;
    }
  }

  function push(one, other) {
    const dx = one.x - other.x;
    const dy = one.y - other.y;
    const force = (STEP * STEP) / (dx * dx + dy * dy + 0.001);
    one.dx += dx * force;
    one.dy += dy * force;
    other.dx -= dx * force;
    other.dy -= dy * force;
  }

  function pull(one, other) {
    const dx = one.x - other.x;
    const dy = one.y - other.y;
    const force = Math.hypot(dx, dy) / STEP;
    one.dx -= dx * force;
    one.dy -= dy * force;
    other.dx += dx * force;
    other.dy += dy * force;
  }

  function block(area) {
    const places = spread(area);
    const left = Math.min(...places.map((place) => place.x));
    const top = Math.min(...places.map((place) => place.y));
    for (const place of places) Object.assign(place, { x: place.x - left, y: place.y - top });
    return {
      ids: area.ids,
      places,
      width: Math.max(...places.map((place) => place.x)) + 1.4 * STEP,
      height: Math.max(...places.map((place) => place.y)) + 1.4 * STEP,
    };
  }

  // Rows of blocks, tallest first, to about the shape of the box they will fill.
  function pack(blocks, aspect) {
    const surface = blocks.reduce((sum, one) => sum + one.width * one.height, 0);
    const widest = Math.max(0, ...blocks.map((one) => one.width));
    const limit = Math.max(widest, Math.sqrt(surface * aspect) * 1.1);
    const found = new Map();
    let [x, y, rowHeight] = [0, 0, 0];
    for (const one of [...blocks].sort((a, b) => b.height - a.height)) {
      if (x && x + one.width > limit) [x, y, rowHeight] = [0, y + rowHeight, 0];
      one.ids.forEach((id, index) => {
        found.set(id, { x: x + one.places[index].x, y: y + one.places[index].y });
      });
      x += one.width;
      rowHeight = Math.max(rowHeight, one.height);
    }
    return found;
  }

  // Into the box without distortion, in the middle.
  function fit(found, width, height) {
    const places = [...found.values()];
    const wide = Math.max(...places.map((place) => place.x)) || STEP;
    const high = Math.max(...places.map((place) => place.y)) || STEP;
    const scale = Math.min(width / wide, height / high, MOST_SCALE);
    const left = (width - wide * scale) / 2;
    const top = (height - high * scale) / 2;
    for (const place of places) {
      place.x = left + place.x * scale;
      place.y = top + place.y * scale;
    }
  }

  // Lone points stand in rows at the foot of the box; returns how high the rows are.
  function rowsAtFoot(found, ids, box) {
    if (!ids.length) return 0;
    const gap = Math.min(Math.max(box.width / ids.length, LONE_GAP), MOST_SCALE);
    const columns = Math.max(1, Math.floor(box.width / gap));
    const rows = Math.ceil(ids.length / columns);
    ids.forEach((id, index) => {
      const row = Math.floor(index / columns);
      found.set(id, { x: (index % columns) * gap, y: box.height - (rows - 1 - row) * LONE_GAP });
    });
    return (rows - 1) * LONE_GAP + 2 * LONE_GAP;
  }

  // Places in pixels by the id of a node.
  window.layOutNetwork = (nodes, links, box) => {
    const all = areas(nodes, links);
    const lone = all.filter((area) => area.ids.length === 1).map((area) => area.ids[0]);
    const places = new Map();
    const height = Math.max(box.height - rowsAtFoot(places, lone, box), 1);
    const joined = pack(all.filter((area) => area.ids.length > 1).map(block), box.width / height);
    if (joined.size) fit(joined, box.width, height);
    for (const [id, place] of joined) places.set(id, place);
    return places;
  };
})();
