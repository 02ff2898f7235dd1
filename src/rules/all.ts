import type { Rule } from '../core/lint/rule.ts';
import { rule as addCheckValidated } from './add-check-validated.ts';
import { rule as addColumnCheckedDomain } from './add-column-checked-domain.ts';
import { rule as addColumnGeneratedStored } from './add-column-generated-stored.ts';
import { rule as addColumnIdentitySerial } from './add-column-identity-serial.ts';
import { rule as addColumnInlineCheck } from './add-column-inline-check.ts';
import { rule as addColumnInlineFk } from './add-column-inline-fk.ts';
import { rule as addColumnInlineUnique } from './add-column-inline-unique.ts';
import { rule as addColumnNotNullNoDefault } from './add-column-not-null-no-default.ts';
import { rule as addColumnVolatileDefault } from './add-column-volatile-default.ts';
import { rule as addExclusion } from './add-exclusion.ts';
import { rule as addFkValidated } from './add-fk-validated.ts';
import { rule as addPkBuildsIndex } from './add-pk-builds-index.ts';
import { rule as addUniqueBuildsIndex } from './add-unique-builds-index.ts';
import { rule as attachPartitionScan } from './attach-partition-scan.ts';
import { rule as backfillInDdlTransaction } from './backfill-in-ddl-transaction.ts';
import { rule as columnTypeCheckScan } from './column-type-check-scan.ts';
import { rule as columnTypeIndexRebuild } from './column-type-index-rebuild.ts';
import { rule as columnTypeRewrite } from './column-type-rewrite.ts';
import { rule as commitInProcedure } from './commit-in-procedure.ts';
import { rule as concurrentlyOnPartitioned } from './concurrently-on-partitioned.ts';
import { rule as constraintLeftNotValid } from './constraint-left-not-valid.ts';
import { rule as createPartitionOf } from './create-partition-of.ts';
import { rule as createTableWithFk } from './create-table-with-fk.ts';
import { rule as defaultPartitionScan } from './default-partition-scan.ts';
import { rule as detachPartitionBlocking } from './detach-partition-blocking.ts';
import { rule as disableTriggerAll } from './disable-trigger-all.ts';
import { rule as dmlWithoutWhere } from './dml-without-where.ts';
import { rule as domainConstraintValidated } from './domain-constraint-validated.ts';
import { rule as dropCascade } from './drop-cascade.ts';
import { rule as dropColumn } from './drop-column.ts';
import { rule as dropConstraintTrigger } from './drop-constraint-trigger.ts';
import { rule as dropDefault } from './drop-default.ts';
import { rule as dropFkLocksParent } from './drop-fk-locks-parent.ts';
import { rule as dropPartition } from './drop-partition.ts';
import { rule as dropSchemaDatabaseTablespace } from './drop-schema-database-tablespace.ts';
import { rule as dropTable } from './drop-table.ts';
import { rule as dropViewFunction } from './drop-view-function.ts';
import { rule as dynamicSql } from './dynamic-sql.ts';
import { rule as emptySearchPathUnqualified } from './empty-search-path-unqualified.ts';
import { rule as enumValueUsedSameTx } from './enum-value-used-same-tx.ts';
import { rule as exceptionSwallowed } from './exception-swallowed.ts';
import { rule as executeConcatenation } from './execute-concatenation.ts';
import { rule as explicitLockTable } from './explicit-lock-table.ts';
import { rule as extensionUpgrade } from './extension-upgrade.ts';
import { rule as fkNotValidPartitioned } from './fk-not-valid-partitioned.ts';
import { rule as functionSignatureChange } from './function-signature-change.ts';
import { rule as grantBypassesRls } from './grant-bypasses-rls.ts';
import { rule as ifNotExistsStillLocks } from './if-not-exists-still-locks.ts';
import { rule as immutableReadsTables } from './immutable-reads-tables.ts';
import { rule as indexCreateBlocking } from './index-create-blocking.ts';
import { rule as indexDropBlocking } from './index-drop-blocking.ts';
import { rule as invalidIndexIfNotExists } from './invalid-index-if-not-exists.ts';
import { rule as matviewBypassesRls } from './matview-bypasses-rls.ts';
import { rule as parameterHiddenByColumn } from './parameter-hidden-by-column.ts';
import { rule as pkUsingIndexNullable } from './pk-using-index-nullable.ts';
import { rule as plpgsqlUnparsable } from './plpgsql-unparsable.ts';
import { rule as policyAlwaysTrue } from './policy-always-true.ts';
import { rule as policyCheckWeakerThanUsing } from './policy-check-weaker-than-using.ts';
import { rule as policyEmptyStringCast } from './policy-empty-string-cast.ts';
import { rule as policyMissingOk } from './policy-missing-ok.ts';
import { rule as policyMutualRecursion } from './policy-mutual-recursion.ts';
import { rule as policyPerRowFunction } from './policy-per-row-function.ts';
import { rule as policyRestrictiveOnly } from './policy-restrictive-only.ts';
import { rule as policySelfRecursion } from './policy-self-recursion.ts';
import { rule as policyUserControlledClaim } from './policy-user-controlled-claim.ts';
import { rule as policyWithoutRls } from './policy-without-rls.ts';
import { rule as refreshMatview } from './refresh-matview.ts';
import { rule as reindexBlocking } from './reindex-blocking.ts';
import { rule as renameColumn } from './rename-column.ts';
import { rule as renameSchemaTypeEnum } from './rename-schema-type-enum.ts';
import { rule as renameTable } from './rename-table.ts';
import { rule as replicaIdentity } from './replica-identity.ts';
import { rule as requiredColumnBreaksWriters } from './required-column-breaks-writers.ts';
import { rule as revokeGrant } from './revoke-grant.ts';
import { rule as rlsDdlLock } from './rls-ddl-lock.ts';
import { rule as rlsDisabledTenantTable } from './rls-disabled-tenant-table.ts';
import { rule as rlsEnabledNoPolicy } from './rls-enabled-no-policy.ts';
import { rule as rlsPartitionChild } from './rls-partition-child.ts';
import { rule as rollbackCannotRestoreData } from './rollback-cannot-restore-data.ts';
import { rule as rollbackCascade } from './rollback-cascade.ts';
import { rule as rollbackDependencyOrder } from './rollback-dependency-order.ts';
import { rule as rollbackDropsOther } from './rollback-drops-other.ts';
import { rule as rollbackEmpty } from './rollback-empty.ts';
import { rule as rollbackEnumValue } from './rollback-enum-value.ts';
import { rule as rollbackIfExists } from './rollback-if-exists.ts';
import { rule as rollbackIncompleteStatic } from './rollback-incomplete-static.ts';
import { rule as securityDefinerDynamicSql } from './security-definer-dynamic-sql.ts';
import { rule as securityDefinerNoSearchPath } from './security-definer-no-search-path.ts';
import { rule as securityDefinerPublicExecute } from './security-definer-public-execute.ts';
import { rule as sequenceDdl } from './sequence-ddl.ts';
import { rule as sessionAdvisoryLockInFile } from './session-advisory-lock-in-file.ts';
import { rule as setExpressionRewrite } from './set-expression-rewrite.ts';
import { rule as setLocalOutsideTx } from './set-local-outside-tx.ts';
import { rule as setLoggedUnlogged } from './set-logged-unlogged.ts';
import { rule as setNotNullScan } from './set-not-null-scan.ts';
import { rule as setSessionInFile } from './set-session-in-file.ts';
import { rule as setTablespaceAccessMethod } from './set-tablespace-access-method.ts';
import { rule as sqlBodyUnparsable } from './sql-body-unparsable.ts';
import { rule as tenantColumnNoFk } from './tenant-column-no-fk.ts';
import { rule as tenantColumnNoIndex } from './tenant-column-no-index.ts';
import { rule as tenantColumnNullable } from './tenant-column-nullable.ts';
import { rule as tenantColumnType } from './tenant-column-type.ts';
import { rule as tenantFkNotComposite } from './tenant-fk-not-composite.ts';
import { rule as tenantUniqueNotScoped } from './tenant-unique-not-scoped.ts';
import { rule as triggerDdl } from './trigger-ddl.ts';
import { rule as triggerWithoutReturn } from './trigger-without-return.ts';
import { rule as truncate } from './truncate.ts';
import { rule as typeChangeTimezoneDependent } from './type-change-timezone-dependent.ts';
import { rule as typeNarrowing } from './type-narrowing.ts';
import { rule as updatePolicyWithoutSelect } from './update-policy-without-select.ts';
import { rule as vacuumFullCluster } from './vacuum-full-cluster.ts';
import { rule as validateInSameTransaction } from './validate-in-same-transaction.ts';
import { rule as variableColumnConflict } from './variable-column-conflict.ts';
import { rule as viewBypassesRls } from './view-bypasses-rls.ts';
import { rule as viewColumnChange } from './view-column-change.ts';
import { rule as wideLockWindow } from './wide-lock-window.ts';
import { rule as workAfterAccessExclusive } from './work-after-access-exclusive.ts';

/** Every rule, in the order of the documentation. Each is the file rules/<id>.ts. */
export const RULES: readonly Rule[] = [
  // Locks, rewrites and scans
  indexCreateBlocking,
  indexDropBlocking,
  reindexBlocking,
  concurrentlyOnPartitioned,
  addColumnVolatileDefault,
  addColumnIdentitySerial,
  addColumnGeneratedStored,
  addColumnCheckedDomain,
  addColumnInlineCheck,
  addColumnInlineUnique,
  addColumnInlineFk,
  addColumnNotNullNoDefault,
  setExpressionRewrite,
  setNotNullScan,
  addCheckValidated,
  addFkValidated,
  fkNotValidPartitioned,
  validateInSameTransaction,
  constraintLeftNotValid,
  addUniqueBuildsIndex,
  addPkBuildsIndex,
  pkUsingIndexNullable,
  addExclusion,
  columnTypeRewrite,
  columnTypeIndexRebuild,
  columnTypeCheckScan,
  typeChangeTimezoneDependent,
  setLoggedUnlogged,
  setTablespaceAccessMethod,
  vacuumFullCluster,
  refreshMatview,
  attachPartitionScan,
  defaultPartitionScan,
  createPartitionOf,
  detachPartitionBlocking,
  dropPartition,
  domainConstraintValidated,
  workAfterAccessExclusive,
  wideLockWindow,
  backfillInDdlTransaction,
  dmlWithoutWhere,
  createTableWithFk,
  dropFkLocksParent,
  ifNotExistsStillLocks,
  explicitLockTable,
  sequenceDdl,
  triggerDdl,
  rlsDdlLock,
  replicaIdentity,
  // Transactions and the runner
  enumValueUsedSameTx,
  commitInProcedure,
  setSessionInFile,
  setLocalOutsideTx,
  sessionAdvisoryLockInFile,
  invalidIndexIfNotExists,
  dynamicSql,
  // Data loss and running applications
  dropTable,
  dropColumn,
  dropCascade,
  dropSchemaDatabaseTablespace,
  truncate,
  typeNarrowing,
  renameTable,
  renameColumn,
  renameSchemaTypeEnum,
  requiredColumnBreaksWriters,
  dropDefault,
  dropConstraintTrigger,
  dropViewFunction,
  functionSignatureChange,
  viewColumnChange,
  revokeGrant,
  disableTriggerAll,
  extensionUpgrade,
  // Tenants and row level security
  rlsDisabledTenantTable,
  rlsEnabledNoPolicy,
  policyWithoutRls,
  rlsPartitionChild,
  policyAlwaysTrue,
  policyCheckWeakerThanUsing,
  policyRestrictiveOnly,
  policySelfRecursion,
  policyMutualRecursion,
  policyUserControlledClaim,
  policyMissingOk,
  policyEmptyStringCast,
  policyPerRowFunction,
  updatePolicyWithoutSelect,
  viewBypassesRls,
  matviewBypassesRls,
  grantBypassesRls,
  securityDefinerNoSearchPath,
  securityDefinerPublicExecute,
  securityDefinerDynamicSql,
  tenantColumnNullable,
  tenantColumnType,
  tenantColumnNoFk,
  tenantColumnNoIndex,
  tenantUniqueNotScoped,
  tenantFkNotComposite,
  // Rollbacks
  rollbackEmpty,
  rollbackIncompleteStatic,
  rollbackDropsOther,
  rollbackCannotRestoreData,
  rollbackDependencyOrder,
  rollbackEnumValue,
  rollbackCascade,
  rollbackIfExists,
  // Functions
  plpgsqlUnparsable,
  sqlBodyUnparsable,
  variableColumnConflict,
  parameterHiddenByColumn,
  emptySearchPathUnqualified,
  triggerWithoutReturn,
  exceptionSwallowed,
  executeConcatenation,
  immutableReadsTables,
];
