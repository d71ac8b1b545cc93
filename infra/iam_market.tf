# Permissions of the functions of live market data, one row for each statement: exact actions on exact resources.
# @connections is allowed on this API only.

locals {
  # DynamoConnections (src/adapters/aws). It writes rows in batches.
  connections_actions = ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:UpdateItem", "dynamodb:BatchWriteItem"]

  market_permissions = {
    connect = [
      { sid = "Connections", actions = local.connections_actions, resources = [local.table_arns.connections] },
    ]
    message = [
      { sid = "Connections", actions = local.connections_actions, resources = [local.table_arns.connections] },
      { sid = "Orders", actions = ["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:PutItem"], resources = [local.table_arns.orders] },
      { sid = "Lists", actions = ["dynamodb:Query", "dynamodb:UpdateItem"], resources = [local.table_arns.order_lists] },
      { sid = "Fills", actions = ["dynamodb:BatchGetItem"], resources = [local.table_arns.trades] },
      { sid = "Marks", actions = ["dynamodb:GetItem", "dynamodb:BatchGetItem"], resources = [local.table_arns.positions] },
      { sid = "Instruments", actions = ["dynamodb:GetItem", "dynamodb:Query"], resources = [local.table_arns.instruments] },
      { sid = "Streams", actions = ["kinesis:PutRecord"], resources = [local.stream_arns.orders, local.stream_arns.events] },
      { sid = "Answers", actions = ["execute-api:ManageConnections"], resources = ["${local.socket_arn}/POST/@connections/*", "${local.socket_arn}/DELETE/@connections/*"] },
    ]
    disconnect = [
      { sid = "Connections", actions = local.connections_actions, resources = [local.table_arns.connections] },
      { sid = "Orders", actions = ["dynamodb:GetItem", "dynamodb:BatchGetItem"], resources = [local.table_arns.orders] },
      { sid = "Marks", actions = ["dynamodb:BatchGetItem"], resources = [local.table_arns.positions] },
      { sid = "Instruments", actions = ["dynamodb:GetItem", "dynamodb:Query"], resources = [local.table_arns.instruments] },
      { sid = "Streams", actions = ["kinesis:PutRecord"], resources = [local.stream_arns.orders, local.stream_arns.events] },
      { sid = "Presence", actions = ["execute-api:ManageConnections"], resources = ["${local.socket_arn}/GET/@connections/*"] },
    ]
    notifier = [
      { sid = "Events", actions = ["kinesis:DescribeStream", "kinesis:DescribeStreamSummary", "kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:ListShards"], resources = [local.stream_arns.events] },
      { sid = "Connections", actions = local.connections_actions, resources = [local.table_arns.connections] },
      { sid = "Candles", actions = ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:UpdateItem"], resources = [local.table_arns.candles] },
      { sid = "Fills", actions = ["dynamodb:UpdateItem"], resources = [local.table_arns.fills] },
      { sid = "Trades", actions = ["dynamodb:BatchGetItem", "dynamodb:Query"], resources = [local.table_arns.trades] },
      { sid = "Orders", actions = ["dynamodb:BatchGetItem"], resources = [local.table_arns.orders] },
      { sid = "Lists", actions = ["dynamodb:Query"], resources = [local.table_arns.order_lists] },
      { sid = "Marks", actions = ["dynamodb:GetItem", "dynamodb:BatchGetItem"], resources = [local.table_arns.positions] },
      { sid = "Instruments", actions = ["dynamodb:GetItem", "dynamodb:Query"], resources = [local.table_arns.instruments] },
      { sid = "Books", actions = ["lambda:InvokeFunction"], resources = ["${local.function_arns.query}:${local.alias_name}"] },
      { sid = "Pushes", actions = ["execute-api:ManageConnections"], resources = ["${local.socket_arn}/POST/@connections/*"] },
      { sid = "GivenUp", actions = ["sqs:SendMessage"], resources = [one(aws_sqs_queue.notifier_failures[*].arn)] },
    ]
  }
}

data "aws_iam_policy_document" "market" {
  for_each = { for key, statements in local.market_permissions : key => statements if var.market_data }

  dynamic "statement" {
    for_each = each.value

    content {
      sid       = statement.value.sid
      actions   = statement.value.actions
      resources = statement.value.resources
    }
  }
  # The digests of keys are in the same table (api_keys.tf). Only Terraform may write them.
  statement {
    sid       = "KeysNotByCode"
    effect    = "Deny"
    actions   = ["dynamodb:UpdateItem", "dynamodb:BatchWriteItem"]
    resources = [local.table_arns.connections]
    condition {
      test     = "ForAnyValue:StringLike"
      variable = "dynamodb:LeadingKeys"
      values   = ["key#*"]
    }
  }
  dynamic "statement" {
    for_each = each.key == "notifier" ? aws_kinesis_stream_consumer.notifier : []

    content {
      sid       = "FanOut"
      actions   = ["kinesis:SubscribeToShard"]
      resources = [statement.value.arn]
    }
  }
}

resource "aws_iam_role_policy" "market" {
  for_each = toset([for key in keys(local.market_permissions) : key if var.market_data])

  name   = each.key
  role   = aws_iam_role.function[each.key].id
  policy = data.aws_iam_policy_document.market[each.key].json
}
