import type { CalendarFault } from "./calendar-fault.ts";
import type { ContentLine } from "./content-lines.ts";

/** A component with its properties, in order, and the components within. */
export interface Component {
  name: string;
  line: number;
  properties: ContentLine[];
  children: Component[];
}

const DEEPEST = 8;

/** Builds components from lines. What is never closed or closed too often is a fault, and what was read of it is kept. */
export function readComponents(lines: readonly ContentLine[], faults: CalendarFault[]): Component {
  const root: Component = { name: "ROOT", line: 0, properties: [], children: [] };
  const open: Component[] = [root];
  for (const line of lines) {
    const current = open.at(-1) as Component;
    if (line.name === "BEGIN") {
      const component: Component = {
        name: line.value.trim().toUpperCase(),
        line: line.line,
        properties: [],
        children: [],
      };
      if (open.length > DEEPEST) {
        faults.push({
          line: line.line,
          where: `BEGIN:${component.name}`,
          why: `components are nested deeper than ${DEEPEST}`,
        });
        return root;
      }
      current.children.push(component);
      open.push(component);
    } else if (line.name === "END") {
      closeComponent(open, line, faults);
    } else if (current === root) {
      faults.push({ line: line.line, where: line.name, why: "stands outside of any component" });
    } else {
      current.properties.push(line);
    }
  }
  for (const component of open.slice(1))
    faults.push({ line: component.line, where: `BEGIN:${component.name}`, why: "is never ended" });
  return root;
}

function closeComponent(open: Component[], line: ContentLine, faults: CalendarFault[]): void {
  const name = line.value.trim().toUpperCase();
  const depth = open.findLastIndex((component) => component.name === name);
  if (depth <= 0) {
    faults.push({ line: line.line, where: `END:${name}`, why: "ends what was never begun" });
    return;
  }
  for (const component of open.splice(depth).slice(1))
    faults.push({
      line: component.line,
      where: `BEGIN:${component.name}`,
      why: `is not ended before END:${name} in line ${line.line}`,
    });
}

/** The first property of that name. */
export const propertyOf = (component: Component, name: string): ContentLine | undefined =>
  component.properties.find((property) => property.name === name);
export const propertiesOf = (component: Component, name: string): ContentLine[] =>
  component.properties.filter((property) => property.name === name);

/** All components of a name, however deep. */
export function componentsOf(root: Component, name: string): Component[] {
  return root.children.flatMap((child) => (child.name === name ? [child] : componentsOf(child, name)));
}
