# A network without internet access: private subnets, no internet gateway, no NAT. It contains the cache
# and the two functions that use the cache. They reach AWS services through endpoints. Gateway endpoints
# are free. An interface endpoint is billed by hour and zone, so there are only two: Kinesis (the matcher
# writes trades and reads orders again) and Secrets Manager (the cache's token). Logs, traces, metrics
# and the stream reads of Lambda's mapping do not use this network.

data "aws_availability_zones" "available" {
  state            = "available"
  exclude_zone_ids = var.excluded_zone_ids

  filter {
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }
}

resource "aws_vpc" "exchange" {
  cidr_block           = "10.42.0.0/16"
  enable_dns_support   = true
  enable_dns_hostnames = true
  tags                 = { Name = "exchange" }
}

resource "aws_subnet" "private" {
  count = var.zone_count

  vpc_id                  = aws_vpc.exchange.id
  cidr_block              = cidrsubnet(aws_vpc.exchange.cidr_block, 8, count.index)
  availability_zone       = data.aws_availability_zones.available.names[count.index]
  map_public_ip_on_launch = false
  tags                    = { Name = "exchange-private-${count.index + 1}" }

  lifecycle {
    precondition {
      condition     = var.zone_count <= length(data.aws_availability_zones.available.names)
      error_message = "zone_count is ${var.zone_count}, but ${var.aws_region} has ${length(data.aws_availability_zones.available.names)} zones that are not excluded."
    }
  }
}

resource "aws_route_table" "private" {
  vpc_id = aws_vpc.exchange.id
  tags   = { Name = "exchange-private" }
}

resource "aws_route_table_association" "private" {
  count = var.zone_count

  subnet_id      = aws_subnet.private[count.index].id
  route_table_id = aws_route_table.private.id
}

# A resource without a security group gets this one, which allows nothing.
resource "aws_default_security_group" "closed" {
  vpc_id = aws_vpc.exchange.id
  tags   = { Name = "exchange-default-closed" }
}

resource "aws_vpc_endpoint" "gateway" {
  for_each = toset(["s3", "dynamodb"])

  vpc_id            = aws_vpc.exchange.id
  service_name      = "com.amazonaws.${var.aws_region}.${each.key}"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = [aws_route_table.private.id]
  policy            = data.aws_iam_policy_document.endpoint[each.key].json
  tags              = { Name = "exchange-${each.key}" }
}

# The endpoints give access only to the exchange's own data, and only to the two functions.
data "aws_iam_policy_document" "endpoint" {
  for_each = {
    s3 = {
      actions   = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:ListBucket"]
      resources = [local.lake_arn, "${local.lake_arn}/*"]
    }
    dynamodb = {
      actions = [
        "dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:UpdateItem", "dynamodb:BatchWriteItem",
      ]
      resources = [for key, arn in local.table_arns : arn if key != "connections" && contains(keys(local.tables), key)]
    }
    kinesis-streams = {
      actions   = ["kinesis:PutRecord", "kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:ListShards"]
      resources = values(local.stream_arns)
    }
    secretsmanager = {
      actions   = ["secretsmanager:GetSecretValue"]
      resources = [aws_secretsmanager_secret.redis.arn]
    }
  }

  statement {
    actions   = each.value.actions
    resources = each.value.resources

    principals {
      type        = "AWS"
      identifiers = ["*"] # an endpoint policy names callers by condition
    }
    condition {
      test     = "ArnEquals"
      variable = "aws:PrincipalArn"
      values   = [local.role_arns.matcher, local.role_arns.query]
    }
  }
}

resource "aws_vpc_endpoint" "interface" {
  for_each = toset(["kinesis-streams", "secretsmanager"])

  vpc_id              = aws_vpc.exchange.id
  service_name        = "com.amazonaws.${var.aws_region}.${each.key}"
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
  subnet_ids          = aws_subnet.private[*].id
  security_group_ids  = [aws_security_group.endpoints.id]
  policy              = data.aws_iam_policy_document.endpoint[each.key].json
  tags                = { Name = "exchange-${each.key}" }
}

# Refused connections. Check this log first if the cache cannot be reached.
resource "aws_flow_log" "rejects" {
  vpc_id                   = aws_vpc.exchange.id
  traffic_type             = "REJECT"
  log_destination          = aws_cloudwatch_log_group.flow_rejects.arn
  iam_role_arn             = aws_iam_role.service["exchange-flow-log"].arn
  max_aggregation_interval = 600
}

resource "aws_cloudwatch_log_group" "flow_rejects" {
  name              = "/exchange/vpc-rejects"
  retention_in_days = var.log_retention_days
  kms_key_id        = aws_kms_key.exchange.arn
}
