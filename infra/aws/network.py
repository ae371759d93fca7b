"""One VPC: public, private and isolated subnets in every zone, and two small subnets for the EKS control plane.

Public: load balancer and NAT. Private: nodes and pods. Isolated: the database, without any default route.
"""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra import choices, cidr, iam

LOG_RETENTION_DAYS = 30
# The tag by which the node class finds the subnets of nodes.
SUBNET_TIER = "slipway:tier"
ANYWHERE = "0.0.0.0/0"
# Interfaces of EKS and of the load balancer remain in a subnet for minutes after their owner is deleted.
SLOW_DELETE = pulumi.CustomTimeouts(delete="30m")


@dataclass(frozen=True, kw_only=True)
class NetworkArgs:
    """The arguments of the network. `zone_letters` and `zones` are the same zones, by letter and by name, in the same order."""

    vpc_cidr: str
    region: str
    zone_letters: tuple[str, ...]
    zones: tuple[str, ...]
    nat: choices.Nat
    flow_logs: choices.FlowLogs
    log_key_arn: pulumi.Input[str]


class Network(pulumi.ComponentResource):
    """The VPC with its subnets, routes, NAT gateways, S3 endpoint and flow logs."""

    vpc_id: pulumi.Output[str]
    public_subnet_ids: list[pulumi.Output[str]]
    private_subnet_ids: list[pulumi.Output[str]]
    isolated_subnet_ids: list[pulumi.Output[str]]
    control_plane_subnet_ids: list[pulumi.Output[str]]
    public_cidrs: tuple[str, ...]
    """Blocks of the public tier in every zone of the address plan, so that policies admit a zone before it is added."""
    isolated_cidrs: tuple[str, ...]
    """Blocks of the isolated tier in every zone of the address plan."""
    internet_route: aws.ec2.Route
    """The public subnets' route to the Internet: AWS refuses a load balancer in a VPC without one."""
    private_routes: list[aws.ec2.Route]
    """The private subnets' routes to the Internet: workloads need them, the cluster does not wait for them."""

    def __init__(self, name: str, args: NetworkArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:aws:Network", name, None, opts)
        self._name = name
        self._args = args
        self._child = pulumi.ResourceOptions(parent=self)
        self._plans = {letter: cidr.plan(args.vpc_cidr, letter) for letter in args.zone_letters}
        self._vpc = aws.ec2.Vpc(
            f"{name}-vpc",
            cidr_block=args.vpc_cidr,
            enable_dns_hostnames=True,
            enable_dns_support=True,
            tags={"Name": name},
            opts=self._merge(pulumi.ResourceOptions(custom_timeouts=SLOW_DELETE)),
        )
        self.vpc_id = self._vpc.id
        every_slot = [cidr.plan(args.vpc_cidr, letter) for letter in cidr.ZONE_LETTERS]
        self.public_cidrs = tuple(plan.public for plan in every_slot)
        self.isolated_cidrs = tuple(plan.isolated for plan in every_slot)
        self._close_default_group()
        self.public_subnet_ids = self._public_tier()
        self._nats = self._nat_gateways()
        self.private_subnet_ids, private_tables = self._private_tier()
        self.isolated_subnet_ids = self._isolated_tier()
        self.control_plane_subnet_ids = self._control_plane(private_tables)
        self._s3_endpoint(private_tables)
        self._flow_logs()
        self.register_outputs({"vpc_id": self.vpc_id})

    def _merge(self, options: pulumi.ResourceOptions) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions.merge(self._child, options)

    def _close_default_group(self) -> None:
        """Adopt the VPC's default security group, which admits all traffic among its members, and remove all of its rules."""
        aws.ec2.DefaultSecurityGroup(
            f"{self._name}-default", vpc_id=self.vpc_id, tags={"Name": f"{self._name}-default-unused"}, opts=self._child
        )

    def _subnet(self, tier: str, letter: str, block: str, tags: dict[str, str] | None = None) -> aws.ec2.Subnet:
        zone = self._args.zones[self._args.zone_letters.index(letter)]
        return aws.ec2.Subnet(
            f"{self._name}-{tier}-{letter}",
            vpc_id=self.vpc_id,
            availability_zone=zone,
            cidr_block=block,
            tags={"Name": f"{self._name}-{tier}-{letter}", SUBNET_TIER: tier, **(tags or {})},
            opts=self._merge(pulumi.ResourceOptions(custom_timeouts=SLOW_DELETE)),
        )

    def _table(self, tier: str) -> aws.ec2.RouteTable:
        return aws.ec2.RouteTable(
            f"{self._name}-{tier}", vpc_id=self.vpc_id, tags={"Name": f"{self._name}-{tier}"}, opts=self._child
        )

    def _associate(self, key: str, subnet: aws.ec2.Subnet, table: aws.ec2.RouteTable) -> None:
        aws.ec2.RouteTableAssociation(f"{self._name}-{key}", subnet_id=subnet.id, route_table_id=table.id, opts=self._child)

    def _public_tier(self) -> list[pulumi.Output[str]]:
        gateway = aws.ec2.InternetGateway(
            f"{self._name}-internet",
            vpc_id=self.vpc_id,
            tags={"Name": self._name},
            opts=self._merge(pulumi.ResourceOptions(custom_timeouts=SLOW_DELETE)),
        )
        table = self._table("public")
        self.internet_route = aws.ec2.Route(
            f"{self._name}-public",
            route_table_id=table.id,
            destination_cidr_block=ANYWHERE,
            gateway_id=gateway.id,
            opts=self._child,
        )
        self._public: dict[str, aws.ec2.Subnet] = {}
        for letter, plan in self._plans.items():
            subnet = self._subnet("public", letter, plan.public, {"kubernetes.io/role/elb": "1"})
            self._associate(f"public-{letter}", subnet, table)
            self._public[letter] = subnet
        return [subnet.id for subnet in self._public.values()]

    def _nat_gateways(self) -> dict[str, aws.ec2.NatGateway]:
        """Declare a NAT gateway in each zone, or one in the first zone for all."""
        letters = self._args.zone_letters if self._args.nat == "per_zone" else self._args.zone_letters[:1]
        gateways = {}
        for letter in letters:
            key = f"{self._name}-nat-{letter}"
            address = aws.ec2.Eip(
                key, domain="vpc", tags={"Name": key}, opts=self._merge(pulumi.ResourceOptions(depends_on=[self.internet_route]))
            )
            gateways[letter] = aws.ec2.NatGateway(
                key, allocation_id=address.id, subnet_id=self._public[letter].id, tags={"Name": key}, opts=self._child
            )
        return gateways

    def _private_tier(self) -> tuple[list[pulumi.Output[str]], dict[str, aws.ec2.RouteTable]]:
        subnets, tables = [], {}
        self.private_routes = []
        for letter, plan in self._plans.items():
            subnet = self._subnet("private", letter, plan.private, {"kubernetes.io/role/internal-elb": "1"})
            tables[letter] = self._table(f"private-{letter}")
            self._associate(f"private-{letter}", subnet, tables[letter])
            nat = self._nats.get(letter, self._nats[next(iter(self._nats))])
            route = aws.ec2.Route(
                f"{self._name}-private-{letter}",
                route_table_id=tables[letter].id,
                destination_cidr_block=ANYWHERE,
                nat_gateway_id=nat.id,
                opts=self._child,
            )
            self.private_routes.append(route)
            subnets.append(subnet.id)
        return subnets, tables

    def _isolated_tier(self) -> list[pulumi.Output[str]]:
        table = self._table("isolated")
        subnets = []
        for letter, plan in self._plans.items():
            subnet = self._subnet("isolated", letter, plan.isolated)
            self._associate(f"isolated-{letter}", subnet, table)
            subnets.append(subnet.id)
        return subnets

    def _control_plane(self, tables: dict[str, aws.ec2.RouteTable]) -> list[pulumi.Output[str]]:
        """Declare the control plane's subnets, always in the first two zones: EKS fixes a cluster's zones at its creation."""
        subnets = []
        for letter in self._args.zone_letters[:2]:
            subnet = self._subnet("control-plane", letter, self._plans[letter].control_plane)
            self._associate(f"control-plane-{letter}", subnet, tables[letter])
            subnets.append(subnet.id)
        return subnets

    def _s3_endpoint(self, tables: dict[str, aws.ec2.RouteTable]) -> None:
        """Declare a gateway endpoint for S3: image layers then bypass the NAT gateways, free of charge."""
        aws.ec2.VpcEndpoint(
            f"{self._name}-s3",
            vpc_id=self.vpc_id,
            service_name=f"com.amazonaws.{self._args.region}.s3",
            vpc_endpoint_type="Gateway",
            route_table_ids=[table.id for table in tables.values()],
            tags={"Name": f"{self._name}-s3"},
            opts=self._child,
        )

    def _flow_logs(self) -> None:
        group = aws.cloudwatch.LogGroup(
            f"{self._name}-flow", retention_in_days=LOG_RETENTION_DAYS, kms_key_id=self._args.log_key_arn, opts=self._child
        )
        role = aws.iam.Role(
            f"{self._name}-flow",
            assume_role_policy=pulumi.Output.json_dumps(iam.trust("vpc-flow-logs.amazonaws.com")),
            opts=self._child,
        )
        aws.iam.RolePolicy(
            f"{self._name}-flow",
            role=role.name,
            policy=pulumi.Output.json_dumps(group.arn.apply(iam.write_logs)),
            opts=self._child,
        )
        aws.ec2.FlowLog(
            f"{self._name}-flow",
            vpc_id=self.vpc_id,
            traffic_type={"all": "ALL", "rejected": "REJECT"}[self._args.flow_logs],
            log_destination_type="cloud-watch-logs",
            log_destination=group.arn,
            iam_role_arn=role.arn,
            tags={"Name": f"{self._name}-flow"},
            opts=self._child,
        )
