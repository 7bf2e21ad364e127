/** Name of a column: of figures, which stand at the right, or of one whose name only those are told who do not see it. */
export type Column = string | { readonly figures: string } | { readonly unseen: string };

/** The head of a list: a row with the names of its columns. */
export function TableHead({ columns }: { readonly columns: readonly Column[] }) {
  return (
    <thead>
      <tr>
        {columns.map((column) => (
          <ColumnName column={column} />
        ))}
      </tr>
    </thead>
  );
}

function ColumnName({ column }: { readonly column: Column }) {
  if (typeof column === "string") return <th scope="col">{column}</th>;
  if ("unseen" in column) {
    return (
      <th scope="col">
        <span class="visually-hidden">{column.unseen}</span>
      </th>
    );
  }
  return (
    <th scope="col" class="number">
      {column.figures}
    </th>
  );
}
