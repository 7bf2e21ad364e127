import { ALL_PERMISSIONS, ROLE_PERMISSIONS } from "../../auth/permission.ts";
import { Icon } from "../../web/parts/icon.tsx";
import { TableHead } from "../../web/parts/table-head.tsx";
import type { View } from "../../web/view.ts";
import { TENANT_ROLES } from "../user.ts";

/** What each role may do. */
export function RoleTable({ view }: { readonly view: View }) {
  const t = view.t.users;
  return (
    <details class="panel">
      <summary>{t.roleTable}</summary>
      <div class="scroll">
        <table class="list" aria-label={t.roleTable}>
          <TableHead columns={[t.permission, ...TENANT_ROLES.map((role) => t.roles[role])]} />
          <tbody>
            {ALL_PERMISSIONS.map((permission) => (
              <tr>
                <th scope="row" class="mono">
                  {permission}
                </th>
                {TENANT_ROLES.map((role) => {
                  const isAllowed = ROLE_PERMISSIONS[role].some((allowed) => allowed === permission);
                  return (
                    <td>
                      <span class={`status ${isAllowed ? "good" : "quiet"}`}>
                        <Icon name={isAllowed ? "check" : "ring-slash"} />
                        {isAllowed ? t.allowed : t.refused}
                      </span>
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
