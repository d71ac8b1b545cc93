output "api_gateway_url" {
  description = "API endpoint for submitting orders with POST"
  value       = "${aws_api_gateway_stage.v1.invoke_url}/orders"
}

output "api_base_url" {
  description = "Base URL of the API, for every other path"
  value       = aws_api_gateway_stage.v1.invoke_url
}

output "websocket_url" {
  description = "URL of the WebSocket API for live market data and order entry. null with market_data = false"
  value       = one(aws_apigatewayv2_stage.socket[*].invoke_url)
}

output "screen_url" {
  description = "The trading screen. null with screen = false"
  value       = one(local.screen_origins)
}

output "screen_bucket" {
  description = "S3 bucket for the files of the trading screen. null with screen = false"
  value       = one(aws_s3_bucket.screen[*].bucket)
}

output "api_key" {
  description = "Key of the first holder, with auth_mode api_key"
  value       = try(aws_api_gateway_api_key.account[sort(tolist(local.key_holders))[0]].value, "")
  sensitive   = true
}

output "api_keys" {
  description = "Key of each holder, with auth_mode api_key"
  value       = { for holder, key in aws_api_gateway_api_key.account : holder => key.value }
  sensitive   = true
}

output "cognito_user_pool_id" {
  description = "User pool, with auth_mode cognito"
  value       = one(aws_cognito_user_pool.accounts[*].id)
}

output "cognito_client_id" {
  description = "Client of the user pool, with auth_mode cognito"
  value       = one(aws_cognito_user_pool_client.api[*].id)
}

output "redis_endpoint" {
  description = "Redis cluster endpoint"
  value       = "${local.redis_host}:${local.redis_port}"
}

output "redis_secret_arn" {
  description = "Secret with the cache's token"
  value       = aws_secretsmanager_secret.redis.arn
}

output "s3_data_lake_bucket_name" {
  description = "S3 bucket for data lake"
  value       = aws_s3_bucket.lake.bucket
}

output "athena_workgroup" {
  description = "Workgroup for queries over the lake"
  value       = aws_athena_workgroup.exchange.name
}

output "cloudwatch_dashboard_url" {
  description = "CloudWatch dashboard URL"
  value       = "https://${var.aws_region}.console.aws.amazon.com/cloudwatch/home?region=${var.aws_region}#dashboards/dashboard/${local.dashboard_name}"
}

output "alarm_topic_arn" {
  description = "Topic that alarms are sent to"
  value       = aws_sns_topic.alarms.arn
}

output "dead_letter_queue_url" {
  description = "Queue that reports lines that are not commands"
  value       = aws_sqs_queue.dead_letters.url
}

output "matcher_failure_queue_url" {
  description = "Queue that reports batches that Lambda gave up"
  value       = aws_sqs_queue.matcher_failures.url
}

output "notifier_failure_queue_url" {
  description = "Queue that reports batches of events that Lambda gave up"
  value       = one(aws_sqs_queue.notifier_failures[*].url)
}
