# Firehose's transformation: makes rows of the lake of the records of KDS_Events and KDS_Trades (firehose.tf). It is
# outside the network and reads the table of instruments only.

resource "aws_lambda_function" "lake" {
  function_name    = local.function_names.lake
  description      = "Makes rows of the lake of the events of KDS_Events and the trades of KDS_Trades. Release ${local.release}"
  role             = aws_iam_role.function["lake"].arn
  runtime          = "nodejs22.x"
  architectures    = ["arm64"]
  handler          = "index.handler"
  filename         = local.bundles.lake
  source_code_hash = try(filebase64sha256(local.bundles.lake), null)
  publish          = true
  memory_size      = 512
  timeout          = 60
  kms_key_arn      = aws_kms_key.exchange.arn

  environment {
    variables = merge(local.environment.every, local.environment.events, {
      TRADES_STREAM           = local.stream_names.trades
      POWERTOOLS_SERVICE_NAME = local.function_names.lake
    })
  }

  tracing_config {
    mode = "Active"
  }
  logging_config {
    log_format            = "JSON"
    application_log_level = var.log_level
    log_group             = aws_cloudwatch_log_group.function["lake"].name
  }

  lifecycle {
    precondition {
      condition     = fileexists(local.bundles.lake)
      error_message = "There is no ${local.bundles.lake}: run npm install && npm run bundle first."
    }
  }

  depends_on = [aws_iam_role_policy.runtime, aws_iam_role_policy.lake]
}

resource "aws_iam_role_policy" "lake" {
  name   = "lake"
  role   = aws_iam_role.function["lake"].id
  policy = data.aws_iam_policy_document.lake.json
}

data "aws_iam_policy_document" "lake" {
  statement {
    sid       = "Instruments"
    actions   = ["dynamodb:Query"]
    resources = [local.table_arns.instruments]
  }
}
