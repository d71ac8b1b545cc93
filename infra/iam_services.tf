# Permissions of AWS services that work for the exchange: delivery, crawlers, schedules, logs.

locals {
  service_roles = merge({
    "exchange-firehose"    = "firehose.amazonaws.com"
    "exchange-crawlers"    = "glue.amazonaws.com"
    "exchange-heartbeat"   = "scheduler.amazonaws.com"
    "exchange-flow-log"    = "vpc-flow-logs.amazonaws.com"
    "exchange-api-gateway" = "apigateway.amazonaws.com"
    }, var.market_data ? {
    "exchange-sweep" = "scheduler.amazonaws.com"
  } : {})
}

data "aws_iam_policy_document" "service_assumes" {
  for_each = local.service_roles

  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = [each.value]
    }
    # API Gateway assumes its role for a whole account and sends no source account.
    dynamic "condition" {
      for_each = each.value == "apigateway.amazonaws.com" ? [] : [1]

      content {
        test     = "StringEquals"
        variable = "aws:SourceAccount"
        values   = [local.account_id]
      }
    }
  }
}

resource "aws_iam_role" "service" {
  for_each = local.service_roles

  name               = "${each.key}-${var.aws_region}"
  assume_role_policy = data.aws_iam_policy_document.service_assumes[each.key].json
}

resource "aws_iam_role_policy" "firehose" {
  name   = "deliver"
  role   = aws_iam_role.service["exchange-firehose"].id
  policy = data.aws_iam_policy_document.firehose.json
}

data "aws_iam_policy_document" "firehose" {
  statement {
    sid = "Streams"
    actions = [
      "kinesis:DescribeStream", "kinesis:DescribeStreamSummary", "kinesis:GetRecords", "kinesis:GetShardIterator",
      "kinesis:ListShards",
    ]
    resources = values(local.stream_arns)
  }
  statement {
    sid       = "Rows"
    actions   = ["lambda:InvokeFunction", "lambda:GetFunctionConfiguration"]
    resources = ["${local.function_arns.lake}:${local.alias_name}"]
  }
  statement {
    sid       = "LakeFiles"
    actions   = ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"]
    resources = [for prefix in ["orders/", "trades/", local.prefixes.raw, local.prefixes.errors] : "${local.lake_arn}/${prefix}*"]
  }
  statement {
    sid       = "LakeBucket"
    actions   = ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"]
    resources = [local.lake_arn]
  }
  statement {
    sid       = "Columns"
    actions   = ["glue:GetTable", "glue:GetTableVersion", "glue:GetTableVersions"]
    resources = local.glue_arns
  }
  statement {
    sid       = "Encryption"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [aws_kms_key.exchange.arn]
  }
  statement {
    sid       = "Logs"
    actions   = ["logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.firehose.arn}:log-stream:*"]
  }
}

resource "aws_iam_role_policy" "crawlers" {
  name   = "crawl"
  role   = aws_iam_role.service["exchange-crawlers"].id
  policy = data.aws_iam_policy_document.crawlers.json
}

data "aws_iam_policy_document" "crawlers" {
  statement {
    sid       = "ReadFiles"
    actions   = ["s3:GetObject"]
    resources = ["${local.lake_arn}/orders/*", "${local.lake_arn}/trades/*"]
  }
  statement {
    sid       = "FindFiles"
    actions   = ["s3:GetBucketLocation", "s3:ListBucket"]
    resources = [local.lake_arn]
  }
  statement {
    sid = "Partitions"
    actions = [
      "glue:GetDatabase", "glue:GetTable", "glue:GetTables", "glue:UpdateTable", "glue:GetPartition",
      "glue:GetPartitions", "glue:BatchGetPartition", "glue:CreatePartition", "glue:BatchCreatePartition",
      "glue:UpdatePartition", "glue:BatchUpdatePartition",
    ]
    resources = local.glue_arns
  }
  statement {
    sid       = "Encryption"
    actions   = ["kms:Decrypt"]
    resources = [aws_kms_key.exchange.arn]
  }
  statement {
    sid       = "Logs"
    actions   = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${local.arn}:logs:${local.here}:log-group:/aws-glue/crawlers:*"]
  }
}

resource "aws_iam_role_policy" "heartbeat" {
  name   = "tick"
  role   = aws_iam_role.service["exchange-heartbeat"].id
  policy = data.aws_iam_policy_document.heartbeat.json
}

data "aws_iam_policy_document" "heartbeat" {
  statement {
    sid       = "Invoke"
    actions   = ["lambda:InvokeFunction"]
    resources = ["${local.function_arns.ingest}:${local.alias_name}"]
  }
  statement {
    sid       = "Encryption"
    actions   = ["kms:Decrypt"]
    resources = [aws_kms_key.exchange.arn]
  }
}

resource "aws_iam_role_policy" "sweep" {
  count = local.market_count

  name   = "sweep"
  role   = aws_iam_role.service["exchange-sweep"].id
  policy = data.aws_iam_policy_document.sweep[0].json
}

data "aws_iam_policy_document" "sweep" {
  count = local.market_count

  statement {
    sid       = "Invoke"
    actions   = ["lambda:InvokeFunction"]
    resources = ["${local.function_arns.disconnect}:${local.alias_name}"]
  }
  statement {
    sid       = "Encryption"
    actions   = ["kms:Decrypt"]
    resources = [aws_kms_key.exchange.arn]
  }
}

resource "aws_iam_role_policy" "flow_log" {
  name   = "write"
  role   = aws_iam_role.service["exchange-flow-log"].id
  policy = data.aws_iam_policy_document.flow_log.json
}

data "aws_iam_policy_document" "flow_log" {
  statement {
    sid       = "Logs"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"]
    resources = ["${aws_cloudwatch_log_group.flow_rejects.arn}:*"]
  }
}

# API Gateway writes access logs with one role for all APIs of the account and region. Its log groups
# cannot be listed in advance, so this is AWS's own policy.
resource "aws_iam_role_policy_attachment" "api_gateway_logs" {
  role       = aws_iam_role.service["exchange-api-gateway"].name
  policy_arn = "${local.arn}:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"
}
