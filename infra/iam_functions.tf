# Permissions of each function: exact actions on exact resources. test/infra reads the plan and fails on
# a wildcard action, and on a resource "*" that is not in its list of reasons.

data "aws_iam_policy_document" "lambda_assumes" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account_id]
    }
  }
}

resource "aws_iam_role" "function" {
  for_each = local.functions

  name               = "${each.value}-${var.aws_region}"
  assume_role_policy = data.aws_iam_policy_document.lambda_assumes.json
}

resource "aws_iam_role_policy" "runtime" {
  for_each = local.functions

  name   = "runtime"
  role   = aws_iam_role.function[each.key].id
  policy = data.aws_iam_policy_document.runtime[each.key].json
}

# Permissions that every function needs to run. Functions inside the network also need its interfaces.
data "aws_iam_policy_document" "runtime" {
  for_each = local.functions

  statement {
    sid       = "Logs"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${local.log_group_arns[each.key]}:*"]
  }

  statement {
    sid       = "Traces"
    actions   = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"]
    resources = ["*"] # X-Ray has no resources for these
  }

  statement {
    sid       = "Encryption"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [aws_kms_key.exchange.arn]
  }

  dynamic "statement" {
    for_each = contains(local.vpc_functions, each.key) ? [1] : []

    content {
      sid = "Network"
      actions = [
        "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSubnets", "ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses",
      ]
      resources = ["*"] # Lambda refuses a role that lists interfaces, because they do not exist yet
    }
  }

  # The permission above is for the Lambda service; code inside the function may not use it.
  dynamic "statement" {
    for_each = contains(local.vpc_functions, each.key) ? [1] : []

    content {
      sid    = "NetworkNotByCode"
      effect = "Deny"
      actions = [
        "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSubnets", "ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses",
      ]
      resources = ["*"]
      condition {
        test     = "ArnEquals"
        variable = "lambda:SourceFunctionArn"
        values   = [local.function_arns[each.key]]
      }
    }
  }
}

resource "aws_iam_role_policy" "ingest" {
  name   = "ingest"
  role   = aws_iam_role.function["ingest"].id
  policy = data.aws_iam_policy_document.ingest.json
}

data "aws_iam_policy_document" "ingest" {
  statement {
    sid       = "Orders"
    actions   = ["dynamodb:GetItem", "dynamodb:PutItem"]
    resources = [local.table_arns.orders]
  }
  statement {
    sid       = "Lists"
    actions   = ["dynamodb:UpdateItem"]
    resources = [local.table_arns.order_lists]
  }
  # If a client waits for the outcome, the answer contains the fills.
  statement {
    sid       = "Fills"
    actions   = ["dynamodb:BatchGetItem"]
    resources = [local.table_arns.trades]
  }
  statement {
    sid       = "Marks"
    actions   = ["dynamodb:GetItem", "dynamodb:BatchGetItem"]
    resources = [local.table_arns.positions]
  }
  # The heartbeat looks for symbols that need a record. The table has a row for each symbol and shard.
  statement {
    sid       = "AllMarks"
    actions   = ["dynamodb:Scan"]
    resources = [local.table_arns.positions]
  }
  statement {
    sid       = "Instruments"
    actions   = ["dynamodb:GetItem", "dynamodb:Query"]
    resources = [local.table_arns.instruments]
  }
  # Records that the instruments of a new exchange were sent. Only the matcher writes the instruments themselves.
  statement {
    sid       = "Seed"
    actions   = ["dynamodb:UpdateItem"]
    resources = [local.table_arns.instruments]
    condition {
      test     = "ForAllValues:StringEquals"
      variable = "dynamodb:LeadingKeys"
      values   = ["seed"]
    }
  }
  statement {
    sid       = "OrderStream"
    actions   = ["kinesis:PutRecord"]
    resources = [local.stream_arns.orders]
  }
}

resource "aws_iam_role_policy" "query" {
  name   = "query"
  role   = aws_iam_role.function["query"].id
  policy = data.aws_iam_policy_document.query.json
}

data "aws_iam_policy_document" "query" {
  statement {
    sid       = "Orders"
    actions   = ["dynamodb:GetItem", "dynamodb:BatchGetItem"]
    resources = [local.table_arns.orders]
  }
  statement {
    sid       = "Lists"
    actions   = ["dynamodb:Query"]
    resources = [local.table_arns.order_lists]
  }
  statement {
    sid       = "Trades"
    actions   = ["dynamodb:BatchGetItem", "dynamodb:Query"]
    resources = [local.table_arns.trades]
  }
  statement {
    sid       = "Marks"
    actions   = ["dynamodb:GetItem"]
    resources = [local.table_arns.positions]
  }
  dynamic "statement" {
    for_each = var.market_data ? [1] : []

    content {
      sid       = "Candles"
      actions   = ["dynamodb:GetItem", "dynamodb:Query"]
      resources = [local.table_arns.candles]
    }
  }
  dynamic "statement" {
    for_each = var.market_data ? [1] : []

    content {
      sid       = "Fills"
      actions   = ["dynamodb:Query"]
      resources = [local.table_arns.fills]
    }
  }
  # A reader that finds no book notes when, so that the heartbeat sends a record. It may write nothing else there.
  statement {
    sid       = "WantedBooks"
    actions   = ["dynamodb:UpdateItem"]
    resources = [local.table_arns.positions]
    condition {
      test     = "ForAllValues:StringEquals"
      variable = "dynamodb:Attributes"
      values   = ["symbol", "wantedAtMs", "eventNumber"]
    }
    condition {
      test     = "StringEqualsIfExists"
      variable = "dynamodb:ReturnValues"
      values   = ["NONE"]
    }
  }
  statement {
    sid       = "Instruments"
    actions   = ["dynamodb:GetItem", "dynamodb:Query"]
    resources = [local.table_arns.instruments]
  }
  statement {
    sid       = "CacheToken"
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [aws_secretsmanager_secret.redis.arn]
  }
}

resource "aws_iam_role_policy" "matcher" {
  name   = "matcher"
  role   = aws_iam_role.function["matcher"].id
  policy = data.aws_iam_policy_document.matcher.json
}

data "aws_iam_policy_document" "matcher" {
  statement {
    sid = "OrderStream"
    actions = [
      "kinesis:DescribeStream", "kinesis:DescribeStreamSummary", "kinesis:GetRecords", "kinesis:GetShardIterator",
      "kinesis:ListShards",
    ]
    resources = [local.stream_arns.orders]
  }
  dynamic "statement" {
    for_each = aws_kinesis_stream_consumer.matcher

    content {
      sid       = "FanOut"
      actions   = ["kinesis:SubscribeToShard"]
      resources = [statement.value.arn]
    }
  }
  statement {
    sid       = "OtherStreams"
    actions   = ["kinesis:PutRecord"]
    resources = [local.stream_arns.trades, local.stream_arns.events]
  }
  statement {
    sid       = "Orders"
    actions   = ["dynamodb:GetItem", "dynamodb:UpdateItem"]
    resources = [local.table_arns.orders, local.table_arns.positions]
  }
  statement {
    sid       = "Trades"
    actions   = ["dynamodb:BatchWriteItem"]
    resources = [local.table_arns.trades]
  }
  statement {
    sid       = "Instruments"
    actions   = ["dynamodb:UpdateItem"]
    resources = [local.table_arns.instruments]
  }
  statement {
    sid       = "CacheToken"
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [aws_secretsmanager_secret.redis.arn]
  }
  statement {
    sid       = "Snapshots"
    actions   = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]
    resources = ["${local.lake_arn}/${local.prefixes.snapshots}*"]
  }
  statement {
    sid       = "KeptRecords"
    actions   = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]
    resources = ["${local.lake_arn}/${local.prefixes.parked}*"]
  }
  statement {
    sid       = "FindSnapshots"
    actions   = ["s3:ListBucket"]
    resources = [local.lake_arn]
    condition {
      test     = "StringLike"
      variable = "s3:prefix"
      values   = ["${local.prefixes.snapshots}*", "${local.prefixes.parked}*"]
    }
  }
  statement {
    sid       = "DeadLetters"
    actions   = ["s3:PutObject"]
    resources = ["${local.lake_arn}/${local.prefixes.dead_letters}*"]
  }
  statement {
    sid       = "GivenUp"
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.matcher_failures.arn]
  }
}
