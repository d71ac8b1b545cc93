# Log groups are created here. Otherwise the functions would create their own, without retention or key.

resource "aws_cloudwatch_log_group" "function" {
  for_each = local.functions

  name              = "/aws/lambda/${each.value}"
  retention_in_days = var.log_retention_days
  kms_key_id        = aws_kms_key.exchange.arn
}

resource "aws_cloudwatch_log_group" "api" {
  name              = "/exchange/api-access"
  retention_in_days = var.log_retention_days
  kms_key_id        = aws_kms_key.exchange.arn
}
