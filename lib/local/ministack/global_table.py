"""Corrects the emulator's AWS::DynamoDB::GlobalTable in CloudFormation.

An update of any property made a new, empty table; AWS updates the existing one. Deletion protection of replicas had no
effect, and a protected table could be deleted; AWS refuses that.
docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-globaltable.html
"""

from ministack.services import dynamodb
from ministack.services.cloudformation import provisioners

GLOBAL_TABLE_ONLY = (
    "Replicas",
    "MultiRegionConsistency",
    "GlobalTableWitnesses",
    "GlobalTableSourceArn",
    "WarmThroughput",
    "WriteOnDemandThroughputSettings",
    "ReadOnDemandThroughputSettings",
    "WriteProvisionedThroughputSettings",
    "ReadProvisionedThroughputSettings",
)


def install():
    handler = provisioners._RESOURCE_HANDLERS["AWS::DynamoDB::GlobalTable"]
    create, delete = handler["create"], handler["delete"]

    def create_protected(logical_id, props, stack_name):
        return create(logical_id, {**props, **protection_of(props)}, stack_name)

    def update_in_place(physical_id, old_props, new_props, stack_name, logical_id=None):
        return provisioners._ddb_update(
            physical_id, as_table(old_props), as_table(new_props), stack_name, logical_id
        )

    def delete_unprotected(physical_id, props):
        table = dynamodb._tables.get(physical_id)
        if table is not None and table.get("DeletionProtectionEnabled"):
            raise ValueError(f"Resource cannot be deleted as it is currently protected against deletion: {physical_id}")
        delete(physical_id, props)

    handler.update(
        create=create_protected, update=update_in_place, delete=delete_unprotected, update_with_logical_id=True
    )


def protection_of(props):
    replicas = props.get("Replicas") or [{}]
    return {"DeletionProtectionEnabled": str(replicas[0].get("DeletionProtectionEnabled", False)).lower() == "true"}


def as_table(props):
    rest = {key: value for key, value in props.items() if key not in GLOBAL_TABLE_ONLY}
    indexes = [without_warm_throughput(index) for index in props.get("GlobalSecondaryIndexes", [])]
    return {**rest, **protection_of(props), **({"GlobalSecondaryIndexes": indexes} if indexes else {})}


def without_warm_throughput(index):
    return {key: value for key, value in index.items() if key != "WarmThroughput"}
