/** Where the states of a flow stand: columns by distance from the start, rows so that the main way runs straight. */
export interface State {
  code: string;
  label: string;
}

export interface Step {
  source: string;
  target: string;
  label: string;
}

export interface FlowFigure {
  start: string;
  /** the present state, "" when none is marked */
  now: string;
  states: State[];
  steps: Step[];
  /** states the matter has been in */
  been?: string[];
}

export interface Placed extends State {
  column: number;
  row: number;
}

/** The fewest steps from the start to each state; states that cannot be reached come last. */
export function columnsOf(figure: FlowFigure): Map<string, number> {
  const columns = new Map<string, number>([[figure.start, 0]]);
  const todo = [figure.start];
  for (let code = todo.shift(); code !== undefined; code = todo.shift()) {
    for (const step of figure.steps) {
      if (step.source !== code || columns.has(step.target)) continue;
      columns.set(step.target, (columns.get(code) ?? 0) + 1);
      todo.push(step.target);
    }
  }
  const last = Math.max(...columns.values()) + 1;
  figure.states.forEach(({ code }) => columns.has(code) || columns.set(code, last));
  return columns;
}

/** Places every state; within a column they keep the order of the table, which is the order people think in. */
export function place(figure: FlowFigure): Placed[] {
  const columns = columnsOf(figure);
  const used = new Map<number, number>();
  return figure.states.map((state) => {
    const column = columns.get(state.code) ?? 0;
    const row = used.get(column) ?? 0;
    used.set(column, row + 1);
    return { ...state, column, row };
  });
}

/** One arrow for each pair of states, with the steps it stands for; a step that stays where it is has none. */
export function arrows(figure: FlowFigure): { source: string; target: string; labels: string[] }[] {
  const found = new Map<string, { source: string; target: string; labels: string[] }>();
  for (const { source, target, label } of figure.steps) {
    if (source === target) continue;
    const key = `${source} ${target}`;
    const arrow = found.get(key) ?? { source, target, labels: [] };
    arrow.labels.push(label);
    found.set(key, arrow);
  }
  return [...found.values()];
}
